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

/** What a model file may be. */
export type Format = 'onnx' | 'keras' | 'darknet';

/**
 * The format of a model file. Its content tells it, never its name: ONNX, Darknet .cfg, JSON of Keras
 * (`model.to_json()`) or of a TF.js layers model.
 *
 * @throws ClsaCimError where it is none of these, or cannot be read.
 */
export function formatOf(path: string): Format {
  const head = attempt(() => readHead(path));
  const reason = refusal(head);
  if (reason !== undefined) throw new ClsaCimError(reason);
  if (isZip(head)) throw new ClsaCimError(archiveRefusal(attempt(() => zipNames(path)) || latin1(head)));
  if (!isText(head)) return 'onnx';
  const start = new TextDecoder().decode(head);
  if (JSON_START.test(start)) return 'keras';
  if (DARKNET_START.test(start) || onlyComments(start)) return 'darknet';
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

/** Loads a file of one format. */
export type Loader = (path: string, options: LoadOptions) => Network;

/**
 * The loader of files of a format that is text; it gets their content, and the name of the file for the network.
 *
 * @throws ClsaCimError where the file cannot be read, or is larger than any description of a network.
 */
export function textLoader(load: (text: string, name: string, options: LoadOptions) => Network): Loader {
  return (path, options) => load(readText(path), parsePath(path).name, options);
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

/** An error of loading with the path in front of its message, on one line: what is quoted from a hostile file may hold line ends, or be endless. */
export function withPath(path: string, error: unknown): unknown {
  if (!(error instanceof ClsaCimError)) return error;
  const { message } = error;
  const reason = message.startsWith(path) ? message.slice(path.length).replace(/^: /, '') : message;
  const shownPath = path.length > MAX_SHOWN ? `…${path.slice(-MAX_SHOWN)}` : path;
  const shownReason = reason.length > MAX_SHOWN ? `${reason.slice(0, MAX_SHOWN)}…` : reason;
  return error.withMessage(`${shownPath}: ${shownReason}`.replace(/\p{Cc}+/gu, ' '));
}
