import { useMemo } from 'preact/hooks';
import type { ObjectiveName } from '../../optimize/index.ts';
import { PlotView } from '../../page/plot-view.tsx';
import { Scroller } from '../../page/scroller.tsx';
import { drawingOfOptimization } from '../../picture/drawing.ts';
import { integer, percent, rounded } from '../../report/table.ts';
import { Choice, NumberField } from '../controls.tsx';
import type { OptimizeAnswer } from '../protocol.ts';
import { change, view } from '../state.ts';
import { optimized, searchOptions, startSearch, work } from '../work.ts';
import { FailureText } from './failures.tsx';
import { Working } from './working.tsx';

/** By name and not from the objectives themselves, which only the worker loads. */
const OBJECTIVES: Readonly<Record<ObjectiveName, string>> = {
  latency: 'latency',
  throughput: 'throughput',
  energy: 'energy (simulated)',
  edp: 'energy times delay (simulated)',
  'simulated-latency': 'latency (simulated)',
  'simulated-throughput': 'throughput of a batch (simulated)',
};

/** The search for copies, with its progress and an end to it. */
export function OptimizePanel() {
  const options = searchOptions.value;
  const told = optimized.value?.told;
  const set = (changes: Partial<typeof options>) => {
    searchOptions.value = { ...options, ...changes };
  };
  return (
    <>
      <div class="options">
        <Choice
          id="objective"
          label="Objective"
          value={options.objective}
          options={OBJECTIVES}
          onChange={(objective) => set({ objective })}
        />
        <NumberField
          label="Evaluations at most"
          id="max-evaluations"
          least={1}
          value={options.maxEvaluations}
          placeholder="default"
          onChange={(most) => {
            const { maxEvaluations: _, ...others } = options;
            searchOptions.value = most === undefined ? others : { ...others, maxEvaluations: most };
          }}
        />
        <NumberField
          label="Seed"
          id="seed"
          least={0}
          value={options.seed}
          onChange={(seed = 1) => set({ seed })}
        />
      </div>
      <div class="buttons">
        <button type="button" id="start" disabled={work.progress.value !== undefined} onClick={startSearch}>
          Optimize
        </button>
      </div>
      <Working stop="Stop" />
      {told !== undefined &&
        ('failure' in told ? <FailureText failure={told.failure} /> : <Found {...told.answer} />)}
    </>
  );
}

function Found({ optimization, isStopped }: Omit<OptimizeAnswer, 'chip'>) {
  const { greedy, best, bound, gap, metric, evaluations, stoppedBy, missingEnergies, bestIgnoresMovement } =
    optimization;
  const value = (figures: object) => Number(Object.entries(figures).find(([name]) => name === metric)?.[1]);
  const drawing = useMemo(() => drawingOfOptimization(optimization), [optimization]);
  const ratio = value(best) / value(greedy) - 1;
  const { placement } = best;
  return (
    <section id="optimized" aria-label="What was found">
      {isStopped && <p>Stopped: this is the best until then.</p>}
      <Scroller label="Best and bound">
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">{metric}</th>
              <th scope="col">PEs in use</th>
              <th scope="col">Value</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">greedy</th>
              <td>{integer(greedy.usedPes)}</td>
              <td data-figure="greedy" data-value={value(greedy)}>
                {shown(value(greedy))}
              </td>
            </tr>
            <tr>
              <th scope="row">best</th>
              <td>{integer(best.usedPes)}</td>
              <td data-figure="best" data-value={value(best)}>
                {shown(value(best))}
              </td>
            </tr>
            <tr>
              <th scope="row">bound</th>
              <td />
              <td data-figure="bound" data-value={bound}>
                {shown(bound)}
              </td>
            </tr>
          </tbody>
        </table>
      </Scroller>
      <p>
        {comparedToGreedy(ratio, value(greedy))};{' '}
        {gap === 0 ? 'no copies are better' : `no copies are better by more than ${percent(gap)}`}.{' '}
        {integer(evaluations)} evaluations{isStopped ? '' : `, ended by: ${stoppedBy}`}.
        {missingEnergies !== undefined && ` Not counted: ${missingEnergies.join(', ')}.`}
      </p>
      {bestIgnoresMovement && (
        <p>Note: movement is free in what was optimised; the objectives that are simulated count it.</p>
      )}
      {placement !== undefined && (
        <p>
          Placement: {placement}.
          {placement === 'swapped' && ' The command line writes it as a file: --placement-out.'}
        </p>
      )}
      <PlotView kind="search" label="Best and bound over evaluations" drawing={drawing} />
      <div class="buttons">
        <button
          type="button"
          disabled={best.rounds !== undefined}
          onClick={() => {
            change({ duplication: best.copies, ...(placement === 'optimised' && { placement }) });
            view.value = 'schedule';
          }}
        >
          Use these copies
        </button>
      </div>
    </section>
  );
}

function comparedToGreedy(ratio: number, greedy: number): string {
  if (greedy === Infinity) return 'Greedy comes to no end';
  return ratio === 0 ? 'Greedy is as good' : `${percent(-ratio)} less than greedy`;
}

function shown(value: number): string {
  if (value === Infinity) return 'no end';
  return Number.isInteger(value) ? integer(value) : rounded(value);
}
