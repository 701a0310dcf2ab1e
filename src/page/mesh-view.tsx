import { useId, useMemo, useState } from 'preact/hooks';
import { binsOf, type MeshOverTime, meshAt, type TileShare } from '../picture/mesh-over-time.ts';
import { duration, integer } from '../report/table.ts';
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
  const { binCycles, cycles, clockNs, fullestBits } = overTime;
  const share = SHOWN[shown] ?? 'work';
  const drawing = useMemo(
    () => ({ mesh: bin < 0 ? overTime.mesh : meshAt(overTime, bin, share) }),
    [overTime, bin, share],
  );
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
        <Choice label="tiles show" names={Object.keys(SHOWN)} chosen={shown} onChoose={setShown} />
      </div>
      {bin < 0 && share !== 'work' && <p>Move the slider to see how full buffers were.</p>}
      {share !== 'work' && (
        <p>
          The fullest {share} buffer ever had {integer(Math.ceil(fullestBits[share] / 8))} B: that is 100 %.
        </p>
      )}
      <PlotView kind="mesh" drawing={drawing} label={`Tiles and links in ${when}`} />
    </>
  );
}
