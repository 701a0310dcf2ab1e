import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clsaCim, failure, output, temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const schedule = ['schedule', 'docs/examples/three-layers.cfg', '--granularity', 'row'];
const at = (name: string) => join(folder, name);

/** Width and height in the header of a PNG. */
function sizeOf(png: Buffer): number[] {
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

describe.concurrent('--plot', () => {
  test('draws besides what the command prints', async () => {
    const path = at('timeline.svg');
    expect(await output(...schedule, '--plot', path)).toBe(await output(...schedule));
    const svg = readFileSync(path, 'utf8');
    expect(svg).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<svg .*xmlns="http:\/\/www.w3.org\/2000\/svg"/,
    );
    expect(svg).toContain('width="252pt"');
    expect(svg).not.toMatch(/<style|<script/);
    await output(...schedule, '--plot', at('again.svg'));
    expect(readFileSync(at('again.svg'), 'utf8')).toBe(svg);
  });

  test('draws PNGs with 300 pixels an inch, which are the same every time', async () => {
    await output(...schedule, '--plot', at('a.png'), '--plot-kind', 'copies', '--plot-width', 'page');
    await output(...schedule, '--plot', at('b.PNG'), '--plot-kind', 'copies', '--plot-width', 'page');
    const png = readFileSync(at('a.png'));
    expect(sizeOf(png)[0]).toBe(Math.round(7.16 * 300));
    expect(readFileSync(at('b.PNG')).equals(png)).toBe(true);
    // One colour would be packed into less.
    expect(png.length).toBeGreaterThan(10_000);
  });

  test('takes a width in millimetres', async () => {
    await output(...schedule, '--plot', at('wide.svg'), '--plot-width', '100');
    expect(Number(/width="([\d.]+)pt"/.exec(readFileSync(at('wide.svg'), 'utf8'))![1])).toBeCloseTo(
      283.46,
      2,
    );
  });

  const refused: [string[], RegExp][] = [
    [['--plot', 'x.pdf'], /--plot "x.pdf": the ending of the file must be one of .svg, .png/],
    [['--plot', at('x.svg'), '--plot-kind', 'pie'], /must be one of timeline, utilization/],
    [['--plot', at('x.svg'), '--plot-width', '3'], /column, page or a number of millimetres from 40 to 1200/],
    [['--plot', at('x.svg'), '--plot-kind', 'waits'], /has no such plot; use clsa-cim simulate/],
    [['--plot-kind', 'copies'], /--plot-kind is of no use without --plot/],
    [['--plot-width', 'page'], /--plot-width is of no use without --plot/],
  ];
  test.each(refused)('refuses %j', async (flags, message) => {
    expect(await failure(2, ...schedule, ...flags)).toMatch(message);
  });

  test('says where a file cannot be, before anything is computed', async () => {
    expect(await failure(1, ...schedule, '--plot', at('none/x.svg'))).toMatch(/--plot .*cannot be written/);
    mkdirSync(at('taken.svg'));
    expect(await failure(1, ...schedule, '--plot', at('taken.svg'))).toMatch(/--plot .*cannot be written/);
  });

  test('does not write over what is read, and leaves nothing where there is no schedule', async () => {
    const model = at('model.svg');
    copyFileSync('docs/examples/three-layers.cfg', model);
    expect(await failure(2, 'schedule', model, '--plot', model)).toMatch(/--plot .* would overwrite/);
    expect(readFileSync(model)).toEqual(readFileSync('docs/examples/three-layers.cfg'));
    await failure(1, ...schedule, '--pes', '1', '--plot', at('failed.svg'));
    expect(existsSync(at('failed.svg'))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  const model = ['docs/examples/three-layers.cfg', '--granularity', 'row'];

  test('draws simulations', async () => {
    const simulate = ['simulate', ...model, '--arch', 'docs/examples/mesh.yaml'];
    expect(await output(...simulate, '--plot', at('waits.svg'))).toBe(await output(...simulate));
    expect(readFileSync(at('waits.svg'), 'utf8')).toContain('waits for data');
    await output(...simulate, '--plot', at('copies.svg'), '--plot-kind', 'copies');
    expect(readFileSync(at('copies.svg'), 'utf8')).toContain('bottleneck');
  });

  test('draws searches', async () => {
    await clsaCim('optimize', ...model, '--extra-pes', '4', '--plot', at('search.svg'));
    expect(readFileSync(at('search.svg'), 'utf8')).toContain('best that was found');
  });

  let sharded: Promise<void> | undefined;

  /** The command that puts two shards together. */
  async function shards(out: string): Promise<string[]> {
    sharded ??= (async () => {
      writeFileSync(
        at('shards.yaml'),
        'models: [tinyyolov3]\nproduct:\n  extraPes: [0, 8]\n  granularity: row\n',
      );
      for (const shard of ['1/2', '2/2']) {
        const one = ['--out', at(`shard-${shard[0]}`), '--shard', shard, '--workers', '1'];
        await output('sweep', at('shards.yaml'), ...one);
      }
    })();
    await sharded;
    return ['merge', at('shard-1'), at('shard-2'), '--out', at(out)];
  }

  test('draws sweeps', async () => {
    writeFileSync(
      at('sweep.yaml'),
      'models: [tinyyolov3]\nproduct:\n  extraPes: [0, 8]\n  granularity: row\n',
    );
    const sweep = ['sweep', at('sweep.yaml'), '--out', at('sweep'), '--workers', '1'];
    expect((await clsaCim(...sweep, '--plot', at('front.svg'))).status).toBe(0);
    expect(readFileSync(at('front.svg'), 'utf8')).toContain('Pareto front');
  });

  test('draws the axes of sweeps that are asked for', async () => {
    const sweep = [...(await shards('axes')), '--plot', at('axes.svg')];
    await clsaCim(...sweep, '--plot-x', 'speedup', '--plot-y', 'usedPes');
    const pareto = readFileSync(at('axes.svg'), 'utf8');
    for (const title of ['speedup', 'usedPes']) expect(pareto).toContain(`>${title}`);
    await clsaCim(...sweep, '--plot-kind', 'parameter', '--plot-x', 'extraPes', '--plot-y', 'utilization');
    const parameter = readFileSync(at('axes.svg'), 'utf8');
    for (const title of ['extraPes', 'utilization']) expect(parameter).toContain(`>${title}`);
  });

  const axes: [string[], RegExp][] = [
    [
      ['--plot-x', 'speedUp'],
      /--plot-x: no metric of this sweep is called "speedUp"; did you mean "speedup"\?/,
    ],
    [['--plot-y', 'extraPes'], /--plot-y: no metric of this sweep is called "extraPes"/],
    [['--plot-kind', 'parameter', '--plot-x', 'x'], /--plot-x: no parameter .* known are model, .*extraPes/],
    [
      ['--plot-kind', 'parallel', '--plot-x', 'cycles'],
      /kind parallel: its axes cannot be chosen; .*parameter/,
    ],
  ];
  test.each(axes)('refuses the axes %j before the sweep runs', async (flags, message) => {
    const name = `axes${axes.findIndex(([own]) => own === flags)}`;
    writeFileSync(at(`${name}.yaml`), 'models: [tinyyolov3]\nproduct:\n  extraPes: [0, 8]\n');
    const sweep = ['sweep', at(`${name}.yaml`), '--out', at(name), '--plot', at(`${name}.svg`)];
    expect(await failure(2, ...sweep, ...flags)).toMatch(message);
    expect(existsSync(at(name))).toBe(false);
    expect(await failure(2, ...(await shards(`${name}-merged`)), '--plot', at('no.svg'), ...flags)).toMatch(
      message,
    );
    expect(existsSync(at(`${name}-merged`))).toBe(false);
    expect(await failure(2, ...sweep.slice(0, 4), ...flags.slice(-2))).toMatch(/of no use without --plot/);
  });

  test('draws what is merged, and writes a report of it, as of the sweep in one piece', async () => {
    const merge = await shards('whole');
    const plot = ['--plot-kind', 'parameter', '--plot'];
    expect(await output(...merge, ...plot, at('merged.svg'), '--report', at('merged.html'))).toBe(
      await output(...merge),
    );
    await output('sweep', at('shards.yaml'), '--out', at('in-one'), '--workers', '1', ...plot, at('one.svg'));
    expect(readFileSync(at('merged.svg'), 'utf8')).toBe(readFileSync(at('one.svg'), 'utf8'));
    expect(readFileSync(at('merged.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });

  test('names its kinds in the help', async () => {
    const { stdout } = await clsaCim('schedule', '--help');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'timeline (default), utilization, layer-utilization, copies',
    );
  });
});
