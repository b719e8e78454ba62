// @ts-check
// A text within a PNG, so that a picture tells what it was made from.

const BEGIN = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const BEHIND = 33; // bytes of a PNG's beginning and of its header, which comes first
const KEYWORD = "gan-studio"; // of what a saved picture says of itself
const MOST = 2 ** 20; // bytes of it that are looked at

// CRC-32 as PNG has it.
/** @param {Uint8Array} bytes */
export function checksum(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}

/** @param {number} number */
const bigEndian = (number) => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255);

// The address of a PNG that says of itself how it was made: one more chunk, tEXt, with JSON in Latin letters.
/** @param {string} address @param {object} recipe */
export function withRecipe(address, recipe) {
  const [head, packed] = address.split(",");
  const png = Array.from(atob(packed), (one) => one.charCodeAt(0));
  const body = Array.from(`tEXt${KEYWORD}\0${JSON.stringify(recipe)}`, (one) => one.charCodeAt(0));
  const chunk = [...bigEndian(body.length - 4), ...body, ...bigEndian(checksum(Uint8Array.from(body)))];
  const all = [...png.slice(0, BEHIND), ...chunk, ...png.slice(BEHIND)];
  return `${head},${btoa(all.map((one) => String.fromCharCode(one)).join(""))}`;
}

// What a PNG that was saved here says of itself; null for any other file.
/** @param {Uint8Array} bytes */
export function recipeOf(bytes) {
  if (BEGIN.some((byte, place) => bytes[place] !== byte)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = `tEXt${KEYWORD}\0`;
  for (let place = BEGIN.length; place + 12 <= bytes.length; place += 12 + view.getUint32(place)) {
    const chunk = bytes.subarray(place + 4, place + 8 + Math.min(view.getUint32(place), MOST));
    if ([...start].every((letter, at) => chunk[at] === letter.charCodeAt(0)))
      return parsed(new TextDecoder().decode(chunk.subarray(start.length)));
  }
  return null;
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
