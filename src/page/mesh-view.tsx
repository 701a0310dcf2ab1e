import { useId, useMemo, useState } from 'preact/hooks';
import {
  binsOf,
  type MeshOverTime,
  meshAt,
  meshOf,
  type OffChipOverTime,
  type TileShare,
} from '../picture/mesh-over-time.ts';
import { duration, integer, percent } from '../report/table.ts';
import { Choice } from './choice.tsx';
import { PlotView } from './plot-view.tsx';

const SHOWN: Readonly<Record<string, TileShare>> = {
  'how long they were at work': 'work',
  'how full their input buffers were': 'input',
  'how full their output buffers were': 'output',
};
const [FIRST = ''] = Object.keys(SHOWN);

/** Tiles and links of a chip at a time that a slider chooses. */
export function MeshView({ overTime }: { readonly overTime: MeshOverTime }) {
  const [bin, setBin] = useState(-1);
  const [shown, setShown] = useState(FIRST);
  const id = useId();
  const { binCycles, cycles, clockNs, fullestBits, totals, offChip } = overTime;
  const share = SHOWN[shown] ?? 'work';
  const total = totals.find(({ name }) => name === shown);
  const drawing = useMemo(() => {
    if (total !== undefined) return { mesh: meshOf(overTime, total) };
    return { mesh: bin < 0 ? overTime.mesh : meshAt(overTime, bin, share) };
  }, [overTime, bin, share, total]);
  const when =
    bin < 0
      ? 'all of the run'
      : `cycle ${integer(bin * binCycles)} to ${integer(Math.min(cycles, (bin + 1) * binCycles))} ` +
        `(${duration(bin * binCycles * clockNs)})`;
  return (
    <>
      <div class="toolbar">
        <label for={id}>time</label>
        <input
          id={id}
          type="range"
          class="slider"
          min={-1}
          max={binsOf(overTime) - 1}
          value={bin}
          aria-valuetext={when}
          onInput={({ currentTarget: { value } }) => setBin(Number(value))}
        />
        <output for={id}>{when}</output>
        <Choice
          label="tiles show"
          names={[...Object.keys(SHOWN), ...totals.map(({ name }) => name)]}
          chosen={shown}
          onChoose={setShown}
        />
      </div>
      {bin < 0 && share !== 'work' && <p>Move the slider to see how full buffers were.</p>}
      {share !== 'work' && (
        <p>
          The fullest {share} buffer ever had {integer(Math.ceil(fullestBits[share] / 8))} B: that is 100 %.
        </p>
      )}
      {total !== undefined && (
        <p>
          That is of all of the run. The tile with the most has {integer(Math.max(...total.values))}{' '}
          {total.unit}: that is 100 %.
        </p>
      )}
      {offChip && bin >= 0 && total === undefined && <p>{offChipText(offChip, bin)}</p>}
      <PlotView
        kind="mesh"
        drawing={drawing}
        label={`Tiles and links in ${total === undefined ? when : 'all of the run'}`}
      />
    </>
  );
}

/** How busy the port was in a bin, and how full the shared buffer. */
function offChipText({ input, output, shared }: OffChipOverTime, bin: number): string {
  const port = `The off-chip port was at work ${percent(input[bin] ?? 0)} of that time inwards and ${percent(output[bin] ?? 0)} outwards`;
  if (shared === undefined) return `${port}.`;
  const peak = integer(Math.ceil((shared.peakBits[bin] ?? 0) / 8));
  return `${port}; the shared buffer had up to ${peak} of ${integer(shared.bytes)} B.`;
}
