// @ts-check
// A text within a PNG, so that a picture tells what it was made from.

const BEHIND = 33; // bytes of a PNG's beginning and of its header, which comes first

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

// The address of a PNG with one more chunk, tEXt; `text` in Latin letters.
/** @param {string} address @param {string} keyword @param {string} text */
export function withText(address, keyword, text) {
  const [head, packed] = address.split(",");
  const png = Array.from(atob(packed), (one) => one.charCodeAt(0));
  const body = Array.from(`tEXt${keyword}\0${text}`, (one) => one.charCodeAt(0));
  const chunk = [...bigEndian(body.length - 4), ...body, ...bigEndian(checksum(Uint8Array.from(body)))];
  const all = [...png.slice(0, BEHIND), ...chunk, ...png.slice(BEHIND)];
  return `${head},${btoa(all.map((one) => String.fromCharCode(one)).join(""))}`;
}
