import { PlotView } from '../../page/plot-view.tsx';
import { Scroller } from '../../page/scroller.tsx';
import { TimelineView } from '../../page/timeline-view.tsx';
import type { TrafficPicture } from '../../picture/traffic.ts';
import { sentences } from '../../report/explanation.ts';
import { integer, shortName, signedPercent } from '../../report/table.ts';
import { triedLine } from '../../report/tried-line.ts';
import type { Explanation, Simulation } from '../../simulate/index.ts';
import type { SimulateAnswer, Told } from '../protocol.ts';
import { SIDE_NAMES } from '../sides.ts';
import { doneAndWaited, figuresOf } from '../simulation-figures.ts';
import { explained, simulations } from '../work.ts';
import { FailureText } from './failures.tsx';
import { Working } from './working.tsx';

/** What the chip does: movement, buffers, GPEUs, energy, and what limits it. */
export function SimulatePanel() {
  const told = simulations.value;
  return (
    <>
      <label>
        <input
          id="explain"
          type="checkbox"
          checked={explained.value}
          onChange={({ currentTarget }) => {
            explained.value = currentTarget.checked;
          }}
        />
        Explain what limits the chip and what to grow first
      </label>
      <Working stop="Drop" />
      <div id="simulations">
        {told.map((one, i) => (
          <One key={SIDE_NAMES[i]} told={one} side={told.length > 1 ? SIDE_NAMES[i] : undefined} />
        ))}
      </div>
    </>
  );
}

function One({ told, side }: { readonly told: Told<SimulateAnswer>; readonly side: string | undefined }) {
  if ('failure' in told) return <FailureText failure={told.failure} side={side} />;
  const { simulation, explanation, timeline, drawing } = told.answer;
  const tried = triedLine(simulation);
  const { traffic } = drawing;
  const hasTraffic = traffic !== undefined && traffic.layers.length > 0;
  return (
    <section aria-label={side ?? 'Simulation'}>
      {side !== undefined && <h3>{side}</h3>}
      <dl class="cards">
        {figuresOf(simulation).map(([key, name, value, text]) => (
          <div key={key}>
            <dt>{name}</dt>
            <dd data-figure={`simulation.${key}`} data-value={value}>
              {text}
            </dd>
          </div>
        ))}
      </dl>
      {tried !== undefined && <p>{tried}</p>}
      {explanation !== undefined && <Explained explanation={explanation} side={side} />}
      <TimelineView timeline={timeline} />
      <details>
        <summary>{hasTraffic ? 'Waits, energy, traffic, mesh' : 'Waits, energy, mesh'}</summary>
        <PlotView kind="waits" label="What layers waited for" drawing={drawing} />
        <PlotView kind="energy" label="Energy by layer and component" drawing={drawing} />
        {hasTraffic && <PlotView kind="traffic" label="What spills, and weights" drawing={drawing} />}
        {drawing.mesh !== undefined && <PlotView kind="mesh" label="Tiles and links" drawing={drawing} />}
      </details>
      <Stalls simulation={simulation} side={side} />
      {hasTraffic && <Traffic traffic={traffic} side={side} />}
    </section>
  );
}

function Explained({
  explanation,
  side = '',
}: {
  readonly explanation: Explanation;
  readonly side: string | undefined;
}) {
  return (
    <>
      <h3>What limits it</h3>
      <ul id="explanation">
        {sentences(explanation).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {explanation.growths.length > 0 && (
        <Scroller label={`What to grow ${side}`}>
          <table class="numbers">
            <thead>
              <tr>
                <th scope="col">Grown</th>
                <th scope="col">From, to</th>
                <th scope="col">Clock cycles</th>
                <th scope="col">Change</th>
              </tr>
            </thead>
            <tbody>
              {explanation.growths.map(({ resource, name, change, cycles, share }) => (
                <tr key={resource}>
                  <th scope="row">{name}</th>
                  <td>{change}</td>
                  <td>{integer(cycles)}</td>
                  <td>{signedPercent(-share)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroller>
      )}
    </>
  );
}

/** What layers stored, fetched back and wrote. */
function Traffic({
  traffic: { layers, parts, ways },
  side = '',
}: {
  readonly traffic: TrafficPicture;
  readonly side: string | undefined;
}) {
  const columns = [...parts, ...ways];
  return (
    <details>
      <summary>What spilled of {layers.length} layers and was written for them, in bits</summary>
      <Scroller label={`Traffic of layers ${side}`}>
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">Layer</th>
              {columns.map(({ name }) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {layers.map((layer, row) => (
              <tr key={layer}>
                <th scope="row">{shortName(layer)}</th>
                {columns.map(({ name, bits }) => (
                  <td key={name}>{integer(bits[row]!)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </details>
  );
}

/** What layers waited for. */
function Stalls({
  simulation: { layers },
  side = '',
}: {
  readonly simulation: Simulation;
  readonly side: string | undefined;
}) {
  const columns = doneAndWaited(layers);
  return (
    <details>
      <summary>What {layers.length} layers did and waited for, in clock cycles</summary>
      <Scroller label={`What layers waited for ${side}`}>
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">Layer</th>
              <th scope="col">Start</th>
              <th scope="col">End</th>
              {columns.map(([key, name]) => (
                <th key={key} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {layers.map((layer) => (
              <tr key={layer.name}>
                <th scope="row">{shortName(layer.name)}</th>
                <td>{integer(layer.startCycle)}</td>
                <td>{integer(layer.endCycle)}</td>
                {columns.map(([key]) => (
                  <td key={key}>{integer(layer[key] ?? 0)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </details>
  );
}
