import type { Architecture } from '../architecture/architecture.ts';
import type { Timeline } from '../picture/timeline.ts';
import type { PlotKind } from '../plot/kinds.ts';
import type { Configuration } from './configuration.ts';
import type { Tasks, Told } from './protocol.ts';
import { save, VERSION } from './save.ts';
import { work } from './work.ts';

/** Makes the report of a schedule, as one file that opens without a network. */
export async function saveReport(configuration: Configuration): Promise<void> {
  const [{ title, data }, { pageHtml }, script, style] = await Promise.all([
    made('report', configuration),
    import('../page/html.ts'),
    textOf('./report.js'),
    textOf('./page.css'),
  ]);
  save('report.html', 'text/html', await pageHtml({ title, script, style, data }));
}

/** Makes the trace of a schedule, for ui.perfetto.dev. */
export async function saveTrace(configuration: Configuration): Promise<void> {
  save('trace.json', 'application/json', ...(await made('trace', configuration)));
}

/** Makes a plot of a schedule, as a figure for a paper. */
export async function savePlot(timeline: Timeline, kind: PlotKind): Promise<void> {
  const [{ paperPlot }, { drawingOfTimeline }] = await Promise.all([
    import('../plot/paper.ts'),
    import('../picture/drawing.ts'),
  ]);
  const svg = paperPlot(document, drawingOfTimeline(timeline), kind);
  save(`${kind}.svg`, 'image/svg+xml', new XMLSerializer().serializeToString(svg));
}

/** The chip as its file. */
export async function saveChip(chip: Architecture, name: string): Promise<void> {
  const { architectureToYaml } = await import('../architecture/file.ts');
  save(name, 'text/yaml', architectureToYaml(chip));
}

/** What the worker makes of a configuration. */
function made<Name extends 'report' | 'trace'>(
  task: Name,
  configuration: Configuration,
): Promise<Tasks[Name]['answer']> {
  return new Promise((resolve, reject) => {
    work.ask(task, { configuration, version: VERSION }, (told: Told<Tasks[Name]['answer']>) => {
      if ('answer' in told) resolve(told.answer);
      else reject(new Error(told.failure.messages.join('; ')));
    });
  });
}

/** A file of the playground. */
async function textOf(path: string): Promise<string> {
  const response = await fetch(new URL(path, import.meta.url));
  if (!response.ok) throw new Error(`${path} cannot be loaded`);
  return response.text();
}
