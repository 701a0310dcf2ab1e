import { effect, signal } from '@preact/signals';
import { Asker } from './asker.ts';
import type { SearchOptions } from './command-line.ts';
import type { OptimizeAnswer, OptimizeRequest, SimulateAnswer, Told } from './protocol.ts';
import { configuration, configurations, view } from './state.ts';
import type { SweepAnswer, SweepAxis } from './tasks/sweep.ts';

/** What takes longer than a frame has a worker of its own, so that figures follow sliders all the same. */
export const work = new Asker();

/** Whether a simulation is explained, too. */
export const explained = signal(false);
/** Simulations of the configurations, the last that were computed. */
export const simulations = signal<readonly Told<SimulateAnswer>[]>([]);

/** While simulations are looked at, they follow the controls. */
effect(() => {
  if (view.value !== 'simulate') return;
  const ask = { configurations: configurations.value, explain: explained.value };
  work.ask('simulate', ask, (told) => {
    simulations.value = 'answer' in told ? told.answer : ask.configurations.map(() => told);
  });
});

/** What is searched for. */
export const searchOptions = signal<SearchOptions>({ objective: 'latency', seed: 1 });
/** What was found, and for what: controls may have changed since. */
export const optimized = signal<
  { readonly asked: OptimizeRequest; readonly told: Told<OptimizeAnswer> } | undefined
>(undefined);

export function startSearch(): void {
  optimized.value = undefined;
  const asked = { configuration: configuration.value, options: searchOptions.value };
  work.ask('optimize', asked, (told) => {
    optimized.value = { asked, told };
  });
}

/** What a sweep varies. */
export const axes = signal<readonly SweepAxis[]>([
  { parameter: 'extraPes', values: '{from: 0, to: 64, step: 4}' },
]);
export const sweepSimulated = signal(false);
export const swept = signal<Told<SweepAnswer> | undefined>(undefined);

export function startSweep(): void {
  swept.value = undefined;
  const ask = { configuration: configuration.value, axes: axes.value, simulated: sweepSimulated.value };
  work.ask('sweep', ask, (told) => {
    swept.value = told;
  });
}

// What is no longer looked at is no longer computed.
let lastView = view.peek();
effect(() => {
  if (view.value === lastView) return;
  lastView = view.value;
  if (view.value !== 'simulate') work.drop();
});
