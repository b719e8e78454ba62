// @ts-check
// A photo that was sent, as the model's kind of source, on its way from the server to the pad.

/** @param {Given} given */
export default function photo({ props, watch }) {
  watch("value", () => {
    const detail = props.value;
    if (!detail) return;
    props.value = null; // so that the same one is news when it is sent again
    document.dispatchEvent(new CustomEvent("gan:source", { detail }));
  });
}
