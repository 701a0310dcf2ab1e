import { extent, integer, shortName } from '../../report/table.ts';
import type { Schedule } from '../../schedule/schedule-result.ts';
import { Scroll } from '../controls.tsx';
import { SIDE_NAMES } from '../sides.ts';
import { shownSchedules } from '../state.ts';

/** All layers with their PEs, copies and times. */
export function LayerTable() {
  const shown = shownSchedules.value;
  return (
    <>
      {shown.map(({ schedule }, i) => (
        <details class="layers" key={SIDE_NAMES[i]} open={shown.length === 1}>
          <summary>
            {shown.length > 1 && `${SIDE_NAMES[i]}: `}
            {schedule.layers.length} layers
          </summary>
          <Layers schedule={schedule} side={shown.length > 1 ? SIDE_NAMES[i]! : ''} />
        </details>
      ))}
    </>
  );
}

function Layers({ schedule, side }: { readonly schedule: Schedule; readonly side: string }) {
  const heads = ['Layer', 'Op', 'OFM', 'PEs', 'Copies', 'Sets', 'MVMs', 'Start', 'End'];
  return (
    <Scroll label={`Layers ${side}`}>
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {schedule.layers.map(({ name, op, outputShape, pes, copies, sets, mvms, startCycle, endCycle }) => (
            <tr key={name}>
              <th scope="row" title={name.slice(0, 1000)}>
                {shortName(name)}
              </th>
              <td class="text">{op}</td>
              <td>{extent(outputShape)}</td>
              {[pes, copies, sets, mvms, startCycle, endCycle].map((value, i) => (
                <td key={heads[i + 3]}>{integer(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
