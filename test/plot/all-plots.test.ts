import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { type Drawing, drawingOfSimulation } from '../../src/picture/drawing.ts';
import { emptyDocument } from '../../src/plot/document.ts';
import { drawPlot } from '../../src/plot/draw.ts';
import { kindsOfCommands, type PlotKind, plotKinds } from '../../src/plot/kinds.ts';
import { plotSvg } from '../../src/plot/svg.ts';
import { scarce } from '../scarce-chips.ts';
import { renamed, scheduled, searched, simulated, swept } from './drawings.ts';
import { ReadFigure } from './figure.ts';

const kinds = Object.keys(plotKinds) as PlotKind[];
const small: Drawing = {
  ...scheduled('tinyyolov3').drawing,
  ...simulated().drawing,
  ...swept(),
  ...searched,
  traffic: drawingOfSimulation(scarce.both.simulation).traffic,
};
const { drawing: large } = scheduled('resnet152');

test('every kind is of a command, and docs/plots.md says what it shows and of which', () => {
  const rows = [...readFileSync('docs/plots.md', 'utf8').matchAll(/^\| `([\w-]+)` \| (.*) \| (`.*`) \|$/gm)];
  const expected = kinds.map((kind) => {
    const commands = Object.entries<readonly PlotKind[]>(kindsOfCommands).flatMap(([command, own]) =>
      own.includes(kind) ? [`\`${command}\``] : [],
    );
    expect(commands).not.toEqual([]);
    return [kind, plotKinds[kind].shows, commands.join(', ')];
  });
  expect(rows.map(([, kind, shows, commands]) => [kind, shows, commands])).toEqual(expected);
});

test('the gallery shows every kind', () => {
  const shown = [...readFileSync('docs/gallery.md', 'utf8').matchAll(/\]\(pictures\/plot-([\w-]+)\.svg\)/g)];
  expect(shown.map(([, kind]) => kind)).toEqual(expect.arrayContaining(kinds));
});

describe.each(kinds)('%s', (kind) => {
  test('is drawn the same every time, black on white on paper and without colour of its own in a page', () => {
    const svg = plotSvg(small, kind);
    expect(plotSvg(small, kind)).toBe(svg);
    expect(svg).toContain('color="black"');
    expect(svg).not.toContain('<style');
    const page = drawPlot(kind, small, { document: emptyDocument() });
    expect(page.outerHTML).not.toMatch(/<style|style=|color="black"|NaN|undefined|Infinity/);
    expect(page.getAttribute('width')).toBe('640');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  const evil = [
    ['a script', '<script>alert(1)</script>]]><!--'],
    ['a very long name', 'x'.repeat(100_000)],
    ['characters that are not seen', 'a\u0000\u001b[31m\u202e\n\ud800\ufffe\uffffb'],
    ['entities', '&amp;&lt;"\'&#0;'],
    ['no name', ''],
  ] as const;
  test.each(evil)('is harmless with names that are %s', (_, name) => {
    const svg = plotSvg(
      renamed(small, (own) => `${name}${own.length % 2 === 0 ? '' : own}`),
      kind,
    );
    expect(svg.length).toBeLessThan(200_000);
    expect(svg).not.toMatch(/<script/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(svg).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|&nbsp;/);
    const { texts } = new ReadFigure(svg);
    for (const text of texts) expect(text.length).toBeLessThan(60);
  });

  test('says what is missing where there is nothing', () => {
    const nothing = emptied(small);
    const svg = plotSvg(nothing, kind);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    if (kind !== 'search')
      expect(new ReadFigure(svg).texts.join(' ')).toMatch(/^(No|Nothing|There|The|Fewer) .*\.$/);
  });
});

test.each(['timeline', 'utilization', 'layer-utilization', 'copies'] as const)(
  '%s of 155 layers: names do not overlap, and the file is small',
  (kind) => {
    const svg = plotSvg(large, kind);
    expect(svg.length).toBeLessThan(1e6);
    if (kind === 'utilization') return;
    const rows = new ReadFigure(svg).rows();
    expect(rows.length).toBeGreaterThan(20);
    const distances = rows.slice(1).map(({ y }, i) => y - rows[i]!.y);
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(7);
  },
);

test.each(['pareto', 'parameter'] as const)('%s takes the columns that it is told', (kind) => {
  const x = kind === 'pareto' ? 'speedup' : 'granularity';
  const { texts } = new ReadFigure(plotSvg(small, kind, { x, y: 'totalPes' }));
  expect(texts).toEqual(expect.arrayContaining([x, 'totalPes']));
  const none = new ReadFigure(plotSvg(small, kind, { x: 'not there' })).texts;
  expect(none.join(' ')).toMatch(/^No .*\.$/);
});

test('a picture that is not there is an error', () => {
  expect(() => plotSvg({}, 'waits')).toThrow(/kind waits .* stalls/);
});

/** Pictures of nothing. */
function emptied(drawing: Drawing): Drawing {
  const { timeline, utilization, copies, stalls, energy, traffic, mesh, use, sweep } = drawing;
  return {
    ...drawing,
    timeline: { ...timeline!, lanes: [] },
    utilization: { ...utilization!, share: 0, shares: new Float64Array(1), layers: [] },
    copies: { ...copies!, layers: [] },
    stalls: { ...stalls!, causes: stalls!.causes.map((cause) => ({ ...cause, waitCycles: [] })), layers: [] },
    energy: { ...energy!, components: [], rows: [], totalPj: null },
    traffic: { ...traffic!, layers: [], parts: [], ways: [] },
    mesh: { ...mesh!, tiles: [], links: [] },
    use: { ...use!, groups: use!.groups.map((group) => ({ ...group, used: 0, members: [], most: 0 })) },
    sweep: { ...sweep!, points: 0, shown: 0, parameters: [], metrics: [], isOnFront: [], series: [] },
  };
}
