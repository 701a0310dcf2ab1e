import { ClsaCimError } from '../errors.ts';
import type { Network } from '../network/network.ts';
import { latin1, type ModelBytes } from './model-bytes.ts';
import type { LoadOptions } from './options.ts';
import { archiveRefusal, refusal } from './refusals.ts';
import { zipNames } from './zip-names.ts';

/** So much of a file is read to tell its format. */
const HEAD_BYTES = 4096;

/** Architectures in text are some megabytes at most. */
const MAX_TEXT_BYTES = 256 * 2 ** 20;

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
export function formatOf(bytes: ModelBytes): Format {
  if (bytes.size === 0) throw new ClsaCimError('the file is empty');
  // A copy: what is read is valid until the next call.
  const head = bytes.read(0, Math.min(bytes.size, HEAD_BYTES)).slice();
  const reason = refusal(head);
  if (reason !== undefined) throw new ClsaCimError(reason);
  if (isZip(head)) throw new ClsaCimError(archiveRefusal(zipNames(bytes) || latin1(head)));
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

/** A comment, as Darknet has them, may fill all that was read so far. */
function onlyComments(start: string): boolean {
  return start.split(/[\r\n]+/).every((line) => /^\s*([#;]|$)/.test(line));
}

/** Loads a file of one format; `name` is its name or path, of which the network is called. */
export type Loader = (bytes: ModelBytes, name: string, options: LoadOptions) => Network;

/**
 * The loader of files of a format that is text; it gets their content, and the name of the file without folders and
 * suffix.
 *
 * @throws ClsaCimError where the file cannot be read, or is larger than any description of a network.
 */
export function textLoader(load: (text: string, name: string, options: LoadOptions) => Network): Loader {
  return (bytes, name, options) => load(textOf(bytes), stem(name), options);
}

function textOf(bytes: ModelBytes): string {
  if (bytes.size > MAX_TEXT_BYTES) {
    throw new ClsaCimError(`text of more than ${MAX_TEXT_BYTES / 2 ** 20} MiB is no network's description`);
  }
  return new TextDecoder().decode(bytes.read(0, bytes.size));
}

/** The name of a file without folders and suffix. */
function stem(path: string): string {
  return path.replace(/^.*[\\/]/s, '').replace(/(?<=.)\.[^.]*$/s, '');
}
