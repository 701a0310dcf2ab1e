import { readFileSync } from 'node:fs';
import { createContext, Script } from 'node:vm';
import { beforeAll, describe, expect, test } from 'vitest';
import { engineBytes } from '../../src/node/engine-file.ts';
import { model, node, weights } from '../load/onnx/onnx-writer.ts';
import { chromium, type Page, resultOf } from './browser.ts';
import { type Bundle, bundle } from './bundle.ts';
import { type TourInput, tour } from './tour.ts';

if (chromium === undefined)
  console.warn(
    'the test in a browser is skipped: there is no Chromium; install it (apt-get install chromium)',
  );

/** What a page of a browser has besides the language itself, as far as it has something of Node to stand for it. */
const ofBrowsers = {
  ...{ atob, btoa, console, MessageChannel, performance, TextDecoder, TextEncoder, URL },
  ...{ clearTimeout, queueMicrotask, setTimeout },
};

const examples = new URL('../../docs/examples/', import.meta.url);
const onnx = model({
  inputs: { image: [1, 3, 16, 16] },
  initializers: { w: weights(8, 3, 3, 3), v: weights(8, 8, 3, 3) },
  nodes: [
    node('Conv', 'image w', 'a', { pads: [1, 1, 1, 1] }, 'first'),
    node('Relu', 'a', 'b', {}, 'relu'),
    node('Conv', 'b v', 'c', { pads: [1, 1, 1, 1] }, 'second'),
    node('Add', 'c a', 'd', {}, 'sum'),
  ],
});
const keras = JSON.stringify({
  class_name: 'Sequential',
  config: [
    {
      class_name: 'Dense',
      config: { name: 'dense', batch_input_shape: [null, 300], units: 20 },
    },
  ],
});
const input: TourInput = {
  engine: engineBytes(),
  mesh: readFileSync(new URL('mesh.yaml', examples), 'utf8'),
  models: {
    'small.onnx': onnx,
    'three-layers.cfg': readFileSync(new URL('three-layers.cfg', examples)),
    'dense.json': new TextEncoder().encode(keras),
  },
};

let bundled: Bundle;
let inNode: unknown;

beforeAll(async () => {
  bundled = await bundle('./tour.ts');
  inNode = JSON.parse(await tour(input));
});

test('imports nothing of Node', () => {
  expect(bundled.ofNode).toEqual([]);
});

test('what imports something of Node is found', async () => {
  expect((await bundle('../../src/index.ts')).ofNode).toContainEqual(
    expect.stringMatching(/^node:fs, imported by/),
  );
});

test('computes the same in Node', () => {
  expect(inNode).toMatchObject({
    schedule: { cycles: 5109 },
    files: [
      { network: { name: 'small' } },
      { network: { name: 'three-layers' } },
      { network: { name: 'dense' } },
    ],
  });
});

test('computes the same without anything of Node', async () => {
  const context = createContext({ ...ofBrowsers, input });
  new Script(bundled.code, { filename: 'core.js' }).runInContext(context);
  expect(new Script('[typeof process, typeof require, typeof Buffer]').runInContext(context)).toEqual([
    'undefined',
    'undefined',
    'undefined',
  ]);
  const result: string = await new Script('tour.tour(input)').runInContext(context);
  expect(JSON.parse(result)).toEqual(inNode);
});

describe.skipIf(chromium === undefined)('in a browser', () => {
  /** What the page runs. */
  const script = `
    const file = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
    const run = async () => {
      const models = {};
      for (const name of ${JSON.stringify(Object.keys(input.models))}) models[name] = await file('/' + name);
      const engine = await WebAssembly.compileStreaming(fetch('/engine.wasm'));
      return tour.tour({ engine, models, mesh: await (await fetch('/mesh.yaml')).text() });
    };
    run()
      .catch((error) => JSON.stringify(String(error.stack)))
      .then((body) => fetch('/result', { method: 'POST', body }));
  `;

  test('computes the same', async () => {
    const binary = (content: Uint8Array) => ({ type: 'application/octet-stream', content });
    const page: Page = {
      '/': {
        type: 'text/html',
        content: '<!doctype html><script src="core.js"></script><script src="run.js"></script>',
      },
      '/core.js': { type: 'text/javascript', content: bundled.code },
      '/run.js': { type: 'text/javascript', content: script },
      '/engine.wasm': { type: 'application/wasm', content: engineBytes() },
      '/mesh.yaml': { type: 'text/plain', content: input.mesh },
      ...Object.fromEntries(Object.entries(input.models).map(([name, bytes]) => [`/${name}`, binary(bytes)])),
      '/result': { type: 'text/plain', content: '' },
    };
    expect(JSON.parse(await resultOf(page))).toEqual(inNode);
  });
});

describe('the engine', () => {
  test('has to be given first, and to be one', () => {
    const context = createContext({ ...ofBrowsers });
    new Script(bundled.code).runInContext(context);
    const message = (code: string): unknown =>
      new Script(`try { ${code}; 'none' } catch (error) { error.name + ': ' + error.message }`).runInContext(
        context,
      );
    expect(
      message("const { core } = tour; core.schedule(core.zooNetwork('vgg16'), core.findPreset('paper'))"),
    ).toMatch(
      /^ClsaCimError: the engine is not there yet; call useEngine with the content of clsa-cim\/engine\.wasm first$/,
    );
    for (const wrong of ['new Uint8Array(8)', 'undefined', "'engine.wasm'"])
      expect(message(`tour.core.useEngine(${wrong})`)).toMatch(
        /^ClsaCimError: engine: must be the content of/,
      );
  });
});
