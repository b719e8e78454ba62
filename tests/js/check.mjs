// tsc over the page's scripts. Those of one scope are checked as the one text that the page runs, inside a module
// so that no two scopes meet; what is found is told by file and line.
import ts from "typescript";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { scopes, scripts, textOf } from "./scopes.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const MODULE = "export {};"; // without a line of its own: the scripts' lines stay theirs
const UNUSED = 6133; // the code of what is declared and never read

const read = ts.readConfigFile(join(HERE, "tsconfig.json"), ts.sys.readFile);
const { options, fileNames } = ts.parseJsonConfigFileContent(read.config, ts.sys, HERE);

function joined(scope) {
  const texts = scope.map(textOf);
  let line = 0;
  const starts = texts.map((text) => [line, (line += text.split("\n").length)][0]);
  return { text: MODULE + texts.join("\n"), starts };
}

// A host to which each scope is a file of its own, named by its place.
function hostOf(files) {
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (name) => files.get(name)?.text ?? readFile(name);
  host.fileExists = (name) => files.has(name) || fileExists(name);
  return host;
}

function told({ file, start, messageText, code }, files) {
  const words = `TS${code} ${ts.flattenDiagnosticMessageText(messageText, "\n  ")}`;
  const scope = files.get(file?.fileName);
  if (!scope) return { name: file?.fileName ?? "tsconfig.json", words };
  const { line } = ts.getLineAndCharacterOfPosition(file, start);
  const at = scope.starts.findLastIndex((first) => first <= line);
  return { name: `gan/ui/${scope.names[at]}`, line: line - scope.starts[at] + 1, words, unused: code === UNUSED };
}

// What a file has for several scopes need not be used in each of them.
function usedElsewhere({ name, line, unused }, found, all) {
  const told = found.filter((one) => one.unused && one.name === name && one.line === line);
  return unused && told.length < all.filter((names) => names.includes(name.slice("gan/ui/".length))).length;
}

// Every fault that tsc finds, and every script that nothing would check, as a sentence each.
function faults() {
  const all = scopes();
  const files = new Map(all.map((names, at) => [join(HERE, `scope${at}.js`), { names, ...joined(names) }]));
  const program = ts.createProgram([...fileNames, ...files.keys()], options, hostOf(files));
  const found = ts.getPreEmitDiagnostics(program).map((one) => told(one, files));
  const lines = found
    .filter((one) => !usedElsewhere(one, found, all))
    .map(({ name, line, words }) => `${name}:${line ?? ""} ${words}`);
  const unchecked = scripts()
    .filter((name) => !all.flat().includes(name) || !textOf(name).startsWith("// @ts-check\n"))
    .map((name) => `gan/ui/${name}: begins without // @ts-check, or no page runs it`);
  return [...new Set([...lines, ...unchecked])];
}

const found = faults();
found.forEach((one) => console.log(one));
process.exitCode = found.length ? 1 : 0;
