import { type Format, type Loader, textLoader } from './format.ts';

/** The loaders are a third of all code, and a command needs one of them at most. */
const loaders: Readonly<Record<Format, () => Promise<Loader>>> = {
  onnx: async () => (await import('./onnx/index.ts')).loadOnnx,
  keras: async () => textLoader((await import('./keras/index.ts')).loadKeras),
  darknet: async () => textLoader((await import('./darknet/index.ts')).loadDarknet),
};

/** The loader of a format, with no more code than the format needs. */
export function loaderOf(format: Format): Promise<Loader> {
  return loaders[format]();
}
