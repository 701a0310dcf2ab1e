import type { Architecture } from '../architecture/architecture.ts';
import type { Report } from '../page/report-data.ts';
import type { Drawing } from '../picture/drawing.ts';
import type { PlotKind } from '../plot/kinds.ts';
import { Asker } from './asker.ts';
import { REPORT_FILE } from './configuration.ts';
import type { Tasks, Told } from './protocol.ts';
import { save } from './save.ts';
import type { FileRequest, ReportAnswer } from './tasks/files.ts';

/** Files have a worker of their own, so that neither sliders nor another view end the making of one. */
const worker = new Asker();

/** How far the file is that is being made; undefined where there is none. */
export const { progress: makingFile } = worker;

/** Makes the report of a schedule or a simulation, as one file that opens without a network. */
export async function saveReport(of: FileRequest): Promise<void> {
  await savePacked(await made('report', of));
}

/** Saves a report that the page has made itself. */
export async function saveOwnReport(report: Report): Promise<void> {
  const { pack } = await import('../picture/pack.ts');
  await savePacked({ title: report.title, data: await pack(report) });
}

async function savePacked({ title, data }: ReportAnswer): Promise<void> {
  const [{ pageHtml }, script, style] = await Promise.all([
    import('../page/html.ts'),
    textOf('./report.js'),
    textOf('./page.css'),
  ]);
  save(REPORT_FILE, 'text/html', await pageHtml({ title, script, style, data }));
}

/** Makes the trace of a schedule or a simulation, for ui.perfetto.dev. */
export async function saveTrace(of: FileRequest): Promise<void> {
  save('trace.json', 'application/json', ...(await made('trace', of)));
}

/** Makes a plot of a schedule or a simulation, as a figure for a paper. */
export async function savePlot(of: FileRequest, kind: PlotKind): Promise<void> {
  await saveOwnPlot(await made('drawing', of), kind);
}

/** Saves a plot of pictures that the page has. */
export async function saveOwnPlot(drawing: Drawing, kind: PlotKind): Promise<void> {
  const { paperPlot } = await import('../plot/paper.ts');
  const svg = paperPlot(document, drawing, kind);
  save(`${kind}.svg`, 'image/svg+xml', new XMLSerializer().serializeToString(svg));
}

/** The chip as its file. */
export async function saveChip(chip: Architecture, name: string): Promise<void> {
  const { architectureToYaml } = await import('../architecture/file.ts');
  save(name, 'text/yaml', architectureToYaml(chip));
}

/** What the worker makes of a configuration. */
function made<Name extends 'report' | 'trace' | 'drawing'>(
  task: Name,
  of: FileRequest,
): Promise<Tasks[Name]['answer']> {
  return new Promise((resolve, reject) => {
    worker.ask(task, of, (told: Told<Tasks[Name]['answer']>) => {
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
