import { render } from 'preact';
import { unpack } from '../picture/pack.ts';
import { packedData } from './html.ts';
import type { Report } from './report-data.ts';
import { ReportView } from './report-view.tsx';

async function show(): Promise<void> {
  // The report is data of this package's own making, in the page that it was made for.
  const report = (await unpack(packedData(document))) as Report;
  render(<ReportView report={report} />, document.body);
  // Effects have drawn what is seen first when the next frame begins.
  requestAnimationFrame(() => requestAnimationFrame(() => performance.mark('drawn')));
}

void show();
