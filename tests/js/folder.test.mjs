import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { below, checksum, refusal, withoutHidden, zipped } from "../../gan/ui/train/folder.js";

const bytesOf = (...parts) => new File(parts, "any");
const entry = (path, ...parts) => ({ path, file: bytesOf(...parts) });
const sized = (path, size) => ({ path, file: { size } });

// Python's own reader, which checks the sums, says what it found.
const READS = `import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as zip:
    assert zip.testzip() is None and zip.comment == b"GAN Studio: a folder"
    print(json.dumps([[one.filename, zip.read(one).hex(), one.compress_type] for one in zip.infolist()]))`;

async function readBack(zip) {
  const folder = mkdtempSync(join(tmpdir(), "gan-zip-"));
  try {
    writeFileSync(join(folder, "it.zip"), new Uint8Array(await zip.arrayBuffer()));
    const python = process.env.PYTHON || "python3";
    const told = execFileSync(python, ["-c", READS, join(folder, "it.zip")], { env: { ...process.env, PYTHONUTF8: "1" } });
    return JSON.parse(String(told));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("checksums are those that everybody knows", () => {
  const sum = (text) => checksum(new TextEncoder().encode(text));
  assert.deepEqual([sum(""), sum("a"), sum("123456789")], [0, 0xe8b7be43, 0xcbf43926]);
});

test("Python reads from a zip what was written, byte for byte, names and all", async () => {
  const every = Uint8Array.from({ length: 256 }, (_, at) => at);
  const names = ["faces/cats/1.png", "faces/Möwe/ñandú.png", "faces/猫/🐈.png", "faces/with space, and 'quotes'.png", "faces/empty.png"];
  const contents = [every, "x", every.slice(250), "\0\0", ""];
  const zip = await zipped(names.map((name, at) => entry(name, contents[at])), "faces");
  assert.deepEqual([zip.name, zip.type], ["faces.zip", "application/zip"]);
  const hex = contents.map((one) => Buffer.from(one).toString("hex"));
  assert.deepEqual(await readBack(zip), names.map((name, at) => [name, hex[at], 0]));
});

test("a zip of many files counts them, and one of none is a zip", async () => {
  const many = await zipped(Array.from({ length: 1000 }, (_, at) => entry(`${at}.png`, String(at))), "many");
  const found = await readBack(many);
  assert.deepEqual([found.length, found[999]], [1000, ["999.png", "393939", 0]]);
  assert.deepEqual(await readBack(await zipped([], "none")), []);
});

test("a file that cannot be read fails the zip", async () => {
  const lost = { path: "1.png", file: { arrayBuffer: () => Promise.reject(new Error("lost")) } };
  await assert.rejects(zipped([entry("0.png", "x"), lost], "any"), /lost/);
});

// A dropped folder as browsers give it: its entries some at a time, until there are none.
function folder(fullPath, entries, atATime = 2) {
  return { isFile: false, fullPath, createReader() {
    const left = [...entries];
    return { readEntries: (resolve) => setImmediate(resolve, left.splice(0, atATime)) };
  } };
}
const file = (fullPath) => ({ isFile: true, fullPath, file: (resolve) => setImmediate(resolve, fullPath) });

test("all files below a dropped folder are found, however many at a time and however deep", async () => {
  const all = ["/a/1", "/a/2", "/a/3", "/a/b/1", "/a/b/c/1"];
  const tree = folder("/a", [file("/a/1"), folder("/a/b", [file("/a/b/1"), folder("/a/b/c", [file("/a/b/c/1")])]),
    folder("/a/none", []), file("/a/2"), file("/a/3")]);
  const found = await below(tree);
  assert.deepEqual(found.map(({ path }) => `/${path}`).sort(), all);
  assert.ok(found.every(({ path, file }) => file === `/${path}`));
  assert.deepEqual((await below(file("/one.png"))).map(({ path }) => path), ["one.png"]);
});

test("a folder of which some part cannot be read is none", async () => {
  const closed = { isFile: true, fullPath: "/a/1", file: (_, reject) => reject(new Error("closed")) };
  await assert.rejects(below(folder("/a", [file("/a/0"), closed])), /closed/);
  const shut = { isFile: false, createReader: () => ({ readEntries: (_, reject) => reject(new Error("shut")) }) };
  await assert.rejects(below(folder("/a", [shut])), /shut/);
});

test("what a system keeps hidden in a folder stays out", () => {
  const paths = ["a/1.png", "a/.DS_Store", "a/.git/1.png", "__MACOSX/a/._1.png", "a/b.c/1.png", ".a/1.png"];
  assert.deepEqual(withoutHidden(paths.map((path) => sized(path, 1))).map(({ path }) => path), ["a/1.png", "a/b.c/1.png"]);
});

test("nothing, too many files or too many bytes are refused, and just enough are not", () => {
  const files = (count, size) => Array.from({ length: count }, () => sized("1.png", size));
  assert.equal(refusal([]), "That folder is empty.");
  assert.equal(refusal(files(1, 0)), "");
  assert.equal(refusal(files(60_000, 1)), "");
  assert.match(refusal(files(60_001, 1)), /too large/);
  assert.equal(refusal(files(2, 2 ** 30)), "");
  assert.match(refusal([...files(2, 2 ** 30), sized("2.png", 1)]), /too large/);
});
