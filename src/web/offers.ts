import { jsonDocument } from '../files/json-document.ts';
import { kindsOfCommands, type PlotKind } from '../plot/kinds.ts';
import {
  optimizeCommand,
  reportCommand,
  scheduleCommand,
  simulateCommand,
  sweepCommand,
} from './command-line.ts';
import { CHIP_FILE, COPIES_FILE, SWEEP_FILE } from './configuration.ts';
import { saveChip, saveOwnPlot, saveOwnReport, savePlot, saveReport, saveTrace } from './files.ts';
import type { Told } from './protocol.ts';
import { save, saveResult } from './save.ts';
import { active, activeSchedule, configuration, type View, view } from './state.ts';
import { VERSION } from './version.ts';
import { explained, optimized, searchOptions, simulations, swept } from './work.ts';

/** What a view offers to take away. */
export interface Offer {
  /** The command line that gives the same. */
  readonly command: string;
  /** Names of files, each with what makes it; none as long as there is no result. */
  readonly files: Readonly<Record<string, () => void | Promise<void>>>;
  /** Draws a plot of one of these kinds; not there as long as there is no result. */
  readonly plot?: (kind: PlotKind) => Promise<void>;
}

/** What is offered of what is shown: of the configuration that the controls change. */
export function offered(): Offer {
  return offers[view.value]();
}

/** The kinds of plots of what is shown. */
export function offeredPlots(): readonly PlotKind[] {
  return kindsOfCommands[view.value];
}

const offers: { readonly [Name in View]: () => Offer } = {
  schedule() {
    const command = scheduleCommand(configuration.value);
    const found = answerOf(activeSchedule.value);
    if (found === undefined) return { command, files: {} };
    const of = { configuration: configuration.value };
    const { schedule, chip } = found;
    return {
      command,
      files: {
        JSON: () => saveResult(schedule.model, { ...schedule, chip }),
        Report: () => saveReport(of),
        Trace: () => saveTrace(of),
        [CHIP_FILE]: () => saveChip(chip, CHIP_FILE),
      },
      plot: (kind) => savePlot(of, kind),
    };
  },

  simulate() {
    const explain = explained.value;
    const command = simulateCommand(configuration.value, explain);
    const found = answerOf(simulations.value[active.value]);
    if (found === undefined) return { command, files: {} };
    const of = { configuration: configuration.value, simulated: { explain: false } };
    const { simulation, explanation, chip } = found;
    const result = { ...simulation, ...(explanation !== undefined && { explanation }), chip };
    return {
      command,
      files: {
        JSON: () => saveResult(`${simulation.model}-simulation`, result),
        Report: () => saveReport({ ...of, simulated: { explain } }),
        Trace: () => saveTrace(of),
        [CHIP_FILE]: () => saveChip(chip, CHIP_FILE),
      },
      plot: (kind) => savePlot(of, kind),
    };
  },

  optimize() {
    const { asked, told } = optimized.value ?? {};
    const found = answerOf(told);
    if (asked === undefined || found === undefined) {
      return { command: optimizeCommand(configuration.value, searchOptions.value), files: {} };
    }
    const command = optimizeCommand(asked.configuration, asked.options);
    const { optimization, chip } = found;
    return {
      command,
      files: {
        JSON: () => saveResult(`${optimization.model}-optimization`, { ...optimization, chip }),
        Report: () => saveReport({ configuration: asked.configuration, found: { optimization, command } }),
        [COPIES_FILE]: () => save(COPIES_FILE, 'application/json', jsonDocument(optimization.best.copies)),
        [CHIP_FILE]: () => saveChip(chip, CHIP_FILE),
      },
      async plot(kind) {
        const { drawingOfOptimization } = await import('../picture/drawing.ts');
        await saveOwnPlot(drawingOfOptimization(optimization), kind);
      },
    };
  },

  sweep() {
    const command = sweepCommand();
    const found = answerOf(swept.value);
    if (found === undefined) return { command, files: {} };
    const { tables, file, chip } = found;
    const sweep = async () => (await import('./sweep-files.ts')).sweepOfTables(tables);
    return {
      command,
      files: {
        async CSV() {
          const { csvOf } = await import('./sweep-files.ts');
          save('results.csv', 'text/csv', csvOf(tables));
        },
        async Report() {
          const { sweepReport } = await import('../page/sweep-report.ts');
          const { summary, columns } = tables;
          const origin = { version: VERSION, command: reportCommand(command) };
          await saveOwnReport(sweepReport(summary, columns.parameters, await sweep(), origin));
        },
        [SWEEP_FILE]: () => save(SWEEP_FILE, 'text/yaml', file),
        [CHIP_FILE]: () => saveChip(chip, CHIP_FILE),
      },
      plot: async (kind) => saveOwnPlot({ sweep: await sweep() }, kind),
    };
  },
};

function answerOf<Answer>(told: Told<Answer> | undefined): Answer | undefined {
  return told !== undefined && 'answer' in told ? told.answer : undefined;
}
