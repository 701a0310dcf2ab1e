import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';
import { parse as parsePath } from 'node:path';
import { ClsaCimError } from '../errors.ts';
import type { Network } from '../network/network.ts';
import { loadDarknet } from './darknet/index.ts';
import { loadKeras } from './keras/index.ts';
import { loadOnnx } from './onnx/index.ts';
import type { LoadOptions } from './options.ts';
import { archiveRefusal, directoryRefusal, refusal } from './refusals.ts';
import { zipNames } from './zip-names.ts';

/** So much of a file is read to tell its format. */
const HEAD_BYTES = 4096;

/** Architectures in text are some megabytes at most. */
const MAX_TEXT_BYTES = 256 * 2 ** 20;

/** So much of a path or message is shown; longer ones can only come from hostile files. */
const MAX_SHOWN = 800;

/** A line of a Darknet file that opens a section, with nothing but comments before it. */
const DARKNET_START = /^\s*(?:[#;][^\r\n]*[\r\n]\s*)*\[\s*[A-Za-z]\w*\s*\]/;

/** A JSON document that may hold a model: an object, or one written as a string. */
const JSON_START = /^\s*[{"]/;

/**
 * Loads a network from a model file. The content tells the format, never the name of the file: ONNX, Darknet
 * .cfg, JSON of Keras (`model.to_json()`) or of a TF.js layers model. The network is called after the file.
 *
 * @throws ClsaCimError with the path, and what is wrong with the file
 */
export function loadModel(path: string, options: LoadOptions = {}): Network {
  try {
    return load(path, options);
  } catch (error) {
    if (error instanceof ClsaCimError) throw withPath(path, error);
    throw error;
  }
}

function load(path: string, options: LoadOptions): Network {
  const head = attempt(() => readHead(path));
  const reason = refusal(head);
  if (reason !== undefined) throw new ClsaCimError(reason);
  if (isZip(head)) throw new ClsaCimError(archiveRefusal(attempt(() => zipNames(path)) || latin1(head)));
  if (!isText(head)) return loadOnnx(path, options);
  const start = new TextDecoder().decode(head);
  const { name } = parsePath(path);
  if (JSON_START.test(start)) return loadKeras(readText(path), name, options);
  if (DARKNET_START.test(start) || onlyComments(start)) return loadDarknet(readText(path), name, options);
  throw new ClsaCimError(
    'this text is no model; give an ONNX file, a Darknet .cfg, or the JSON of a Keras or TF.js layers model',
  );
}

/** Text has no control characters but white space (and escape); an ONNX file starts with one. */
function isText(head: Uint8Array): boolean {
  return head.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0x1b);
}

function isZip(head: Uint8Array): boolean {
  return ['PK\x03\x04', 'PK\x05\x06'].includes(latin1(head.subarray(0, 4)));
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** A comment, as Darknet has them, may fill all that was read so far. */
function onlyComments(start: string): boolean {
  return start.split(/[\r\n]+/).every((line) => /^\s*([#;]|$)/.test(line));
}

/** The first bytes of a file that is there, is a regular file, and is not empty. */
function readHead(path: string): Uint8Array {
  // Looked at first: to open a named pipe takes until somebody writes to it.
  requireFile(statSync(path), path);
  const file = openSync(path, 'r');
  try {
    requireFile(fstatSync(file), path);
    const head = new Uint8Array(HEAD_BYTES);
    const length = readSync(file, head);
    if (length === 0) throw new ClsaCimError('the file is empty');
    return head.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

function requireFile(stats: Stats, path: string): void {
  if (stats.isDirectory()) throw new ClsaCimError(directoryRefusal(readdirSync(path)));
  if (!stats.isFile()) throw new ClsaCimError('this is no regular file; write the model to a file first');
}

function readText(path: string): string {
  if (attempt(() => statSync(path)).size > MAX_TEXT_BYTES) {
    throw new ClsaCimError(`text of more than ${MAX_TEXT_BYTES / 2 ** 20} MiB is no network's description`);
  }
  return new TextDecoder().decode(attempt(() => readFileSync(path)));
}

/** What the system says when a file cannot be read, in words. */
const SYSTEM_ERRORS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['ENOTDIR', 'there is no such file'],
  ['EACCES', 'there is no permission to read it'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['ERR_INVALID_ARG_VALUE', 'this is no name of a file'],
]);

function attempt<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ClsaCimError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new ClsaCimError(SYSTEM_ERRORS.get(code) ?? `it cannot be read (${code})`);
  }
}

/** The message after the path, on one line: what is quoted from a hostile file may hold line ends, or be endless. */
function withPath(path: string, { message, kind }: ClsaCimError): ClsaCimError {
  const reason = message.startsWith(path) ? message.slice(path.length).replace(/^: /, '') : message;
  const shownPath = path.length > MAX_SHOWN ? `…${path.slice(-MAX_SHOWN)}` : path;
  const shownReason = reason.length > MAX_SHOWN ? `${reason.slice(0, MAX_SHOWN)}…` : reason;
  return new ClsaCimError(`${shownPath}: ${shownReason}`.replace(/\p{Cc}+/gu, ' '), kind);
}
