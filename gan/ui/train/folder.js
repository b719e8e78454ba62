// @ts-check
// A folder becomes one zip here in the browser and goes the way that a person's own zip goes: Gradio's own
// upload would forget the subfolders, and with them the labels.
import { giveFile } from "../shared.js";

const FIELD = "#train-files";
const MOST_BYTES = 2 ** 31; // beyond which no browser should build a zip; the server's own limit is lower
const MANY = 300; // files that are chosen one by one: beyond, they go as one zip, too, in place of so many requests
const MOST_FILES = 60_000; // a plain zip counts up to 65,535
const MARK = "GAN Studio: a folder"; // the zip's comment; gan/data/zips.py opens the zips in such a one

/** @typedef {{path: string, file: File}} Entry */

const table = Uint32Array.from({ length: 256 }, (_, value) => {
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** @param {Uint8Array} bytes */
export function checksum(bytes) {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

// A header of numbers, each [value, bytes], little-endian
/** @param {...[value: number, size: number]} numbers */
function header(...numbers) {
  const view = new DataView(new ArrayBuffer(numbers.reduce((sum, [, size]) => sum + size, 0)));
  let at = 0;
  for (const [value, size] of numbers) {
    if (size === 4) view.setUint32(at, value, true);
    else view.setUint16(at, value, true);
    at += size;
  }
  return view.buffer;
}

// A zip; nothing is compressed, since pictures do not shrink
/** @param {Entry[]} entries @param {string} name */
export async function zipped(entries, name) {
  const parts = [];
  const directory = [];
  let at = 0;
  let listed = 0;
  for (const { path, file } of entries) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const encoded = new TextEncoder().encode(path);
    // needs version 2.0, names in UTF-8, stored, of 1 January 1980
    /** @type {[number, number][]} */
    const facts = [[20, 2], [0x800, 2], [0, 2], [0, 2], [0x21, 2], [checksum(bytes), 4], [bytes.length, 4],
      [bytes.length, 4], [encoded.length, 2], [0, 2]]; // prettier-ignore
    const local = header([0x04034b50, 4], ...facts);
    directory.push(header([0x02014b50, 4], [20, 2], ...facts, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]), encoded);
    parts.push(local, encoded, bytes);
    at += local.byteLength + encoded.length + bytes.length;
    listed += 46 + encoded.length;
  }
  const end = header([0x06054b50, 4], [0, 2], [0, 2], [entries.length, 2], [entries.length, 2], [listed, 4],
    [at, 4], [MARK.length, 2]); // prettier-ignore
  return new File([...parts, ...directory, end, MARK], `${name}.zip`, { type: "application/zip" });
}

// All files below what was dropped, with their paths
/** @param {any} entry @returns {Promise<Entry[]>} */
export async function below(entry) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [{ path: entry.fullPath.slice(1), file }];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)); // 100 at a time
    if (!some.length) return found;
    for (const one of some) found.push(...(await below(one)));
  }
}

// What is no system's own: ".DS_Store", "__MACOSX/._1.png"
/** @param {Entry[]} entries */
export function withoutHidden(entries) {
  return entries.filter(({ path }) => !path.split("/").some((part) => part.startsWith(".")));
}

// Why they cannot be taken; "" if they can.
/** @param {Entry[]} entries */
export function refusal(entries) {
  const bytes = entries.reduce((sum, { file }) => sum + file.size, 0);
  if (!entries.length) return "That folder is empty.";
  return entries.length > MOST_FILES || bytes > MOST_BYTES ? "That folder is too large: take a part of it." : "";
}

/** @param {Given} given */
export default function folderChooser({ element }) {
  const button = element.querySelector("button");
  const chooser = element.querySelector("input");
  const words = element.querySelector("output");
  // phones have no folders to choose from
  button.hidden = !("webkitdirectory" in chooser) || matchMedia("(pointer: coarse)").matches;

  /** @param {Entry[]} entries @param {string} name */
  async function take(entries, name) {
    const pictures = withoutHidden(entries);
    words.textContent = refusal(pictures);
    if (words.textContent) return;
    words.textContent = `Packing ${pictures.length.toLocaleString("en")} files …`;
    try {
      // beside what the field holds already
      await giveFile(FIELD, await zipped(pictures, name), () => element.isConnected);
      words.textContent = "";
    } catch (error) {
      console.error(error);
      words.textContent = "That folder could not be read: try a zip of it.";
    }
  }

  /** @param {any} event */
  function dropped(event) {
    if (!element.isConnected) return document.removeEventListener("drop", dropped, true);
    if (!event.target.closest?.(FIELD)) return;
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const folder = entries.find((entry) => entry.isDirectory);
    if (!folder && entries.length <= MANY) return; // a few plain files are Gradio's
    event.preventDefault();
    event.stopPropagation();
    Promise.all(entries.map(below)).then((found) => take(found.flat(), folder?.name ?? "pictures"), () => {
      words.textContent = "That folder could not be read: try a zip of it.";
    });
  }

  /** @param {any} event */
  function chosen(event) {
    if (!element.isConnected) return document.removeEventListener("change", chosen, true);
    const input = event.target;
    if (!input.matches?.(`${FIELD} input[type=file]`) || input.files.length <= MANY) return;
    event.stopPropagation();
    take(Array.from(input.files, (file) => ({ path: file.name, file })), "pictures");
  }

  document.addEventListener("change", chosen, true);
  document.addEventListener("drop", dropped, true);
  button.addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => {
    const entries = [...chooser.files].map((file) => ({ path: file.webkitRelativePath, file }));
    if (entries.length) take(entries, entries[0].path.split("/")[0]);
    chooser.value = ""; // so that the same folder can be chosen again
  });
}
