import { Lazy } from './lazy.tsx';
import { ChipFieldsPanel, ChipPanel } from './panels/chip.tsx';
import { ExportPanel } from './panels/export.tsx';
import { Failures } from './panels/failures.tsx';
import { Figures, Headline } from './panels/figures.tsx';
import { ModelPanel } from './panels/model.tsx';
import { Pictures } from './panels/pictures.tsx';
import { RunPanel } from './panels/run.tsx';
import { Tabs } from './panels/tabs.tsx';
import { SIDE_NAMES } from './sides.ts';
import { active, compare, configurations, notice, view } from './state.ts';

/** The whole page: what is asked on the left, what is answered on the right. */
export function App() {
  return (
    <>
      <header>
        <h1>clsa-cim</h1>
        <p>
          Cross-layer scheduling of neural networks on computing-in-memory chips. Everything is computed in
          this page: <strong>nothing leaves it</strong>, neither models nor chips, and it works offline.{' '}
          <a href="./docs/index.html">Documents</a>
        </p>
      </header>
      <div class="columns">
        <section class="ask" aria-label="What is scheduled">
          <Sides />
          <ModelPanel />
          <ChipPanel />
          <RunPanel />
        </section>
        <main>
          {notice.value !== undefined && (
            <p class="notice" role="status">
              {notice.value}
            </p>
          )}
          <Failures />
          <Figures />
          <ChipFieldsPanel />
          <Tabs />
          <div role="tabpanel" id="view" aria-labelledby={`tab-${view.value}`}>
            <Shown />
          </div>
          <ExportPanel />
        </main>
      </div>
      <Headline />
    </>
  );
}

const simulate = () => import('./panels/simulate.tsx').then(({ SimulatePanel }) => SimulatePanel);
const optimize = () => import('./panels/optimize.tsx').then(({ OptimizePanel }) => OptimizePanel);
const sweep = () => import('./panels/sweep.tsx').then(({ SweepPanel }) => SweepPanel);

/** What is below the figures. */
function Shown() {
  switch (view.value) {
    case 'schedule':
      return <Pictures />;
    case 'simulate':
      return <Lazy key="simulate" load={simulate} props={{}} />;
    case 'optimize':
      return <Lazy key="optimize" load={optimize} props={{}} />;
    case 'sweep':
      return <Lazy key="sweep" load={sweep} props={{}} />;
  }
}

/** Which configuration the controls change, and whether there are two. */
function Sides() {
  const isCompared = configurations.value.length > 1;
  return (
    <div class="sides">
      <label>
        <input
          type="checkbox"
          checked={isCompared}
          onChange={({ currentTarget }) => compare(currentTarget.checked)}
        />
        Compare two configurations
      </label>
      {isCompared && (
        <fieldset>
          <legend>The controls change</legend>
          {configurations.value.map((_, i) => (
            <label key={SIDE_NAMES[i]}>
              <input
                type="radio"
                name="side"
                checked={active.value === i}
                onChange={() => {
                  active.value = i;
                }}
              />
              {SIDE_NAMES[i]}
            </label>
          ))}
        </fieldset>
      )}
    </div>
  );
}
