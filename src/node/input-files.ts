import { readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { ClsaCimError } from '../errors.ts';
import { reading, whyUnreadable } from '../files/system-errors.ts';
import { naming } from '../input/naming.ts';
import { oneLine, show } from '../input/show.ts';
import type { Program, ProgramInput } from '../load/program.ts';
import { elements } from '../network/tensor.ts';
import { readingModel, withFile } from './file-bytes.ts';
import { checkValues } from './fitting-values.ts';
import type { ImageDecoder } from './images/decode.ts';
import { formatOfValues, SIGNATURE_BYTES } from './images/image-format.ts';
import { type ImageOptions, valuesOfImage } from './images/image-values.ts';
import { readNpy } from './npy.ts';

/** What a file has to be called to be an input, where it lies in a folder. */
const SUFFIXES = ['.npy', '.png', '.jpg', '.jpeg'];
/** Files that are left out are named up to this many. */
const NAMED = 3;

/** Inputs of a network that files hold: values of those that were given, by name. */
export interface InputFiles {
  /** How many inputs the longest folder has; 1 where none was given. */
  readonly count: number;
  /** True where a folder was given. */
  readonly isFolder: boolean;
  /** What of a folder is left out, a line each. */
  readonly leftOut: readonly string[];
  /** Reads the files of one of them; of a folder that has fewer it begins anew. */
  at(index: number): Readonly<Record<string, ArrayLike<number>>>;
}

/** The files of one input. */
interface FilesOfInput {
  readonly input: ProgramInput;
  readonly paths: readonly string[];
}

/**
 * Opens the files of inputs: `.npy` files, images (PNG, JPEG), or folders of these, each given as `NAME=FILE`, or as `FILE` where the
 * model has one input. All of them are read once, so that what is wrong is told before anything is computed.
 *
 * @throws ClsaCimError that names the file, or the input.
 */
export async function openInputs(
  { inputs }: Pick<Program, 'inputs'>,
  given: readonly string[],
  options: ImageOptions = {},
): Promise<InputFiles> {
  const leftOut: string[] = [];
  const named = given.map((text) => inputOf(inputs, text));
  const without = named.find(({ path }) => path === '');
  if (without !== undefined) {
    throw new ClsaCimError(
      `--input: no file is given for input ${show(without.input.name)}; name one`,
      'usage',
    );
  }
  demandOnce(named.map(({ input }) => input.name));
  const folders: FilesOfInput[] = [];
  const files = named.map(({ input, path }): FilesOfInput => {
    if (!isFolder(path, inputs)) return { input, paths: [path] };
    const folder = { input, paths: filesIn(path, leftOut) };
    folders.push(folder);
    return folder;
  });
  const count = files.reduce((most, { paths }) => Math.max(most, paths.length), 1);
  demandAsMany(folders, count);
  const formats = new Map(files.flatMap(({ paths }) => paths.map((path) => [path, formatOf(path)])));
  const kinds = new Set(formats.values());
  demandImages(kinds, options);
  const decoders = await decodersOf(kinds);
  const read = ({ input, paths }: FilesOfInput, index: number) => {
    const path = paths[index % paths.length]!;
    return valuesOf(input, path, decoders.get(formats.get(path)!), options);
  };
  // What does not change is kept.
  const single = new Map<FilesOfInput, ArrayLike<number>>();
  for (const file of files) {
    for (const i of file.paths.keys()) {
      const values = read(file, i);
      if (file.paths.length === 1) single.set(file, values);
    }
  }
  return {
    ...{ count, isFolder: folders.length > 0, leftOut },
    at: (index) =>
      Object.fromEntries(files.map((file) => [file.input.name, single.get(file) ?? read(file, index)])),
  };
}

function inputOf(inputs: readonly ProgramInput[], text: string): { input: ProgramInput; path: string } {
  // Names may have an equals sign in them, too: the longest one is meant.
  const [named] = inputs
    .filter(({ name }) => text.startsWith(`${name}=`))
    .toSorted((a, b) => b.name.length - a.name.length);
  if (named !== undefined) return { input: named, path: text.slice(named.name.length + 1) };
  const [only, another] = inputs;
  if (only !== undefined && another === undefined) return { input: only, path: text };
  const names = inputs.map(({ name }) => show(name)).join(', ');
  throw new ClsaCimError(`--input ${show(text)} names no input; give NAME=FILE for one of ${names}`, 'usage');
}

function demandOnce(names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice === undefined) return;
  throw new ClsaCimError(
    `input ${show(twice)} is given twice; give one file of it, or a folder with all of them`,
    'usage',
  );
}

function demandAsMany(folders: readonly FilesOfInput[], count: number): void {
  const other = folders.find(({ paths }) => paths.length !== count);
  if (other === undefined) return;
  throw new ClsaCimError(
    `the folder of input ${show(other.input.name)} has ${other.paths.length} files, and that of another input ${count}; give as many of each`,
  );
}

/** Looked at first: to open a named pipe takes until somebody writes to it. */
function isFolder(path: string, inputs: readonly ProgramInput[]): boolean {
  const names = inputs.map(({ name }) => show(name)).join(' or ');
  const remedy = `give the path of a .npy file, an image or a folder of these, or NAME=PATH, where NAME is ${names}`;
  const stats = reading(path, () => statSync(path), remedy);
  if (stats.isDirectory() || stats.isFile()) return stats.isDirectory();
  throw new ClsaCimError(`${oneLine(path)}: this is no regular file; write the values to a file first`);
}

/** A link that leads nowhere, or to itself, is no file. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch (error) {
    if (whyUnreadable(error) === undefined) throw error;
    return false;
  }
}

/** Files of values in a folder, in the order of their names. */
function filesIn(folder: string, leftOut: string[]): string[] {
  const names = naming(folder, () => readingModel(folder, () => readdirSync(folder)))
    .filter((name) => !name.startsWith('.'))
    .toSorted();
  const isValues = (name: string) =>
    SUFFIXES.includes(extname(name).toLowerCase()) && isFile(join(folder, name));
  const others = names.filter((name) => !isValues(name));
  const own = names.filter(isValues);
  if (own.length === 0) {
    throw new ClsaCimError(`${oneLine(folder)}: no ${SUFFIXES.join(', ')} is in this folder; put some there`);
  }
  if (others.length > 0) {
    const more = others.length > NAMED ? `, and ${others.length - NAMED} more` : '';
    const shown = others.slice(0, NAMED).map(oneLine).join(', ');
    leftOut.push(`${oneLine(folder)}: what is no ${SUFFIXES.join(', ')} is left out: ${shown}${more}`);
  }
  return own.map((name) => join(folder, name));
}

/** `npy`, `png` or `jpeg`, told by the content. */
function formatOf(path: string): string {
  return naming(path, () => {
    const head = withFile(path, (bytes) => bytes.read(0, Math.min(bytes.size, SIGNATURE_BYTES)).slice());
    const format = formatOfValues(head);
    if (format === 'npy' || format === 'png' || format === 'jpeg') return format;
    const what = format === undefined ? 'neither a .npy file nor an image' : format;
    throw new ClsaCimError(`this is ${what}; write a .npy file (numpy.save), or a PNG or JPEG image`);
  });
}

function demandImages(formats: ReadonlySet<string>, { fit, mean, std }: ImageOptions): void {
  if (formats.has('png') || formats.has('jpeg') || (fit ?? mean ?? std) === undefined) return;
  throw new ClsaCimError('fit, mean and std are for images, and none is given; leave them out', 'usage');
}

async function decodersOf(formats: ReadonlySet<string>): Promise<ReadonlyMap<string, ImageDecoder>> {
  const images = (['png', 'jpeg'] as const).filter((format) => formats.has(format));
  if (images.length === 0) return new Map();
  const { imageDecoder } = await import('./images/decode.ts');
  return new Map(
    await Promise.all(images.map(async (format) => [format, await imageDecoder(format)] as const)),
  );
}

function valuesOf(
  input: ProgramInput,
  path: string,
  decode: ImageDecoder | undefined,
  options: ImageOptions,
): ArrayLike<number> {
  return naming(path, () => {
    const bytes = withFile(path, (file) => file.read(0, file.size));
    if (decode !== undefined) return valuesOfImage(input, decode(bytes), options);
    const array = readNpy(bytes);
    checkShape(input, array.shape);
    checkValues(input, array.values);
    return array.values;
  });
}

/** Sizes of 1 are no matter, and a vector may hold everything. */
function checkShape({ name, dims }: ProgramInput, shape: readonly number[]): void {
  const isFlat = shape.length === 1 && shape[0] === elements(dims);
  const [own, wanted] = [shape, dims].map((sizes) => sizes.filter((size) => size !== 1).join());
  if (isFlat || own === wanted) return;
  throw new ClsaCimError(
    `an array of shape [${shape.join(', ')}] does not fit input ${show(name)} of shape [${dims.join(', ')}]`,
  );
}
