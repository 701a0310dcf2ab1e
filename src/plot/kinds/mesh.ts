import type { MeshPicture } from '../../picture/mesh.ts';
import { canvas, note } from '../frame.ts';
import { tickLabel } from '../label.ts';
import { legendOf } from '../legend.ts';
import { COLOURS, type Look, textWidth } from '../look.ts';
import { rectanglePath, short, svgElement } from '../svg-element.ts';

/** Shares are told in so many steps. */
const LEVELS = 4;
/** Side of a tile, as a share of the distance of tiles. */
const TILE = 0.56;

/** Tiles with how long they were at work, and links with how long they were held. */
export function meshPlot(mesh: MeshPicture, look: Look): Element {
  const { tiles, links, columns, rows, offChipTile, tilesShow } = mesh;
  if (tiles.length === 0) return note(look, 'The chip has no tiles.');
  const { fontSize, width } = look;
  const distance = Math.min((width - 2 * fontSize) / columns, fontSize * 6);
  const left = (width - distance * columns) / 2;
  const centre = (tile: number) => ({
    x: left + ((tile % columns) + 0.5) * distance,
    y: fontSize + (Math.floor(tile / columns) + 0.5) * distance,
  });
  const side = distance * TILE;
  const busiest = tiles.reduce((most, { busy }) => Math.max(most, busy), 0);
  const fullest = links.reduce((most, { utilization }) => Math.max(most, utilization), 0);
  const tilePaths = Array.from({ length: LEVELS + 1 }, () => '');
  tiles.forEach(({ busy }, tile) => {
    const { x, y } = centre(tile);
    tilePaths[levelOf(busy, busiest)] += rectanglePath(
      x - side / 2,
      y - side / 2,
      x + side / 2,
      y + side / 2,
    );
  });
  const linkPaths = Array.from({ length: LEVELS + 1 }, () => '');
  for (const { from, to, utilization } of links) {
    linkPaths[levelOf(utilization, fullest)] += arrow(centre(from), centre(to), side, distance / 12);
  }
  const { x: portX, y: portY } = centre(offChipTile);
  const legend = legendOf(look, [
    {
      label:
        tilesShow === undefined
          ? `tiles at work, up to ${percent(busiest)} of the time`
          : `${tilesShow}, up to ${percent(busiest)}`,
      colour: COLOURS.blue,
    },
    ...(links.length === 0
      ? []
      : [
          {
            label: `links held, up to ${percent(fullest)} of the time`,
            colour: COLOURS.vermilion,
            shape: 'line',
          } as const,
        ]),
    { label: 'tile with the port to the outside', colour: COLOURS.green, shape: 'frame' },
  ]);
  const bottom = rows * distance + 2 * fontSize;
  return canvas(look, bottom + legend.height, [
    ...tilePaths.flatMap((d, level) =>
      d === '' ? [] : [svgElement(look, 'path', { 'aria-label': 'tiles', d, ...tileStyle(look, level) })],
    ),
    svgElement(look, 'path', {
      d: rectanglePath(portX - side / 2, portY - side / 2, portX + side / 2, portY + side / 2),
      ...{ fill: 'none', stroke: COLOURS.green, 'stroke-width': look.line * 2 },
    }),
    ...linkPaths.flatMap((d, level) =>
      d === ''
        ? []
        : [svgElement(look, 'path', { 'aria-label': 'links', d, ...linkStyle(look, level, distance) })],
    ),
    ...numbers(look, tiles.length, centre, side),
    legend.draw(bottom),
  ]);
}

/** 0 where there is nothing, {@link LEVELS} for the most. */
function levelOf(share: number, most: number): number {
  return share > 0 ? Math.min(LEVELS, Math.max(1, Math.ceil((share / most) * LEVELS - 1e-9))) : 0;
}

function tileStyle({ thinLine }: Look, level: number) {
  return {
    ...{ fill: COLOURS.blue, 'fill-opacity': (level / LEVELS) * 0.8 },
    ...{ stroke: 'currentColor', 'stroke-opacity': 0.5, 'stroke-width': thinLine },
  };
}

function linkStyle({ line }: Look, level: number, distance: number) {
  const widest = Math.min(line * 3, distance / 10);
  return {
    ...{ fill: 'none', stroke: COLOURS.vermilion, 'stroke-opacity': 0.4 + (0.6 * level) / LEVELS },
    'stroke-width': (widest * Math.max(level, 1)) / LEVELS,
  };
}

/** An arrow between the edges of two tiles, a little to the right of the line, where the way back is not. */
function arrow(from: Point, to: Point, side: number, aside: number): string {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length === 0) return '';
  const [dx, dy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const at = (along: number, across: number) =>
    `${short(from.x + dx * along - dy * across)},${short(from.y + dy * along + dx * across)}`;
  const start = side / 2 + aside / 3;
  const end = length - start;
  const head = aside * 0.9;
  return `M${at(start, aside)}L${at(end, aside)}M${at(end - head, aside + head * 0.7)}L${at(end, aside)}L${at(end - head, aside - head * 0.7)}`;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Numbers of tiles, where there is space for them. */
function numbers(look: Look, count: number, centre: (tile: number) => Point, side: number): SVGElement[] {
  if (textWidth(String(count - 1), look) > side) return [];
  return Array.from({ length: count }, (_, tile) => {
    const { x, y } = centre(tile);
    return svgElement(
      look,
      'text',
      { x, y: y + look.fontSize * 0.35, 'text-anchor': 'middle' },
      String(tile),
    );
  });
}

function percent(share: number): string {
  return `${tickLabel(Number((share * 100).toPrecision(3)))} %`;
}
