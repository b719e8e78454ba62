"""Uploads as Gradio takes them apart, but for what it leaves behind or keeps in memory.

Gradio's own reader leaves the files of a request that breaks off or has no end in its folder for good, and
gathers a field that is no file in memory, however long.
"""

from pathlib import Path

from gradio import route_utils
from gradio.route_utils import GradioMultiPartParser, GradioUploadFile
from starlette.formparsers import MultiPartException

from gan.ui.server.requests import size_in_words

TOO_LARGE = "File size exceeded"
MOST_FIELD = 2**16  # bytes of a part that is no file; Gradio's page sends none


class Parser(GradioMultiPartParser):
    """Gradio's, which cleans up after itself."""

    def on_part_data(self, data: bytes, start: int, end: int):
        if self._current_part.file is None and len(self._current_part.data) + end - start > MOST_FIELD:
            raise MultiPartException("This upload has a field that is not a file and is too long.")
        super().on_part_data(data, start, end)

    async def parse(self):
        whole = set()
        try:
            form = await super().parse()
            files = (value for _, value in form.multi_items() if isinstance(value, GradioUploadFile))
            whole = {value.file.name for value in files}
            return form
        except MultiPartException as error:
            raise MultiPartException(self._in_words(error.message)) from None
        finally:
            for file in self._files_to_close_on_error:
                if file.name not in whole:
                    file.close()
                    Path(file.name).unlink(missing_ok=True)

    def _in_words(self, message: str) -> str:
        """Gradio counts in bytes, and tells by these first words what status its answer has."""
        if not message.startswith(TOO_LARGE):
            return message
        return f"{TOO_LARGE}: one file may have {size_in_words(self.max_file_size)} here."


def install():
    """Gradio's upload route reads with this from now on."""
    route_utils.GradioMultiPartParser = Parser
