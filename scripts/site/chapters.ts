/** A chapter of the site. */
export interface Chapter {
  readonly title: string;
  /** Documents by their path from the root, each with its name in the contents. */
  readonly documents: readonly (readonly [path: string, name: string])[];
}

/** Where the pages of scripts/reference.ts are; they are made for the site, and need not be on disk. */
export const REFERENCE = 'docs/reference';

/** All pages of the site, in the order in which they are read. A new document is one more line here. */
export const chapters: readonly Chapter[] = [
  {
    title: 'Start',
    documents: [
      ['README.md', 'clsa-cim'],
      ['docs/concepts.md', 'Concepts'],
    ],
  },
  {
    title: 'Tutorials',
    documents: [
      ['docs/tutorial-architect.md', 'The architect of a chip'],
      ['docs/tutorial-researcher.md', 'The compiler researcher'],
      ['docs/tutorial-explorer.md', 'The explorer of a design space'],
    ],
  },
  {
    title: 'See it',
    documents: [
      ['docs/gallery.md', 'Gallery'],
      ['docs/report.md', 'Reports'],
      ['docs/plots.md', 'Plots'],
      ['docs/trace.md', 'Traces'],
      ['docs/compare.md', 'Compare runs'],
    ],
  },
  {
    title: 'Guides',
    documents: [
      ['docs/playground.md', 'The playground'],
      ['docs/reload.md', 'Weights in turns'],
      ['docs/optimize.md', 'Optimise'],
      ['docs/sweep.md', 'Sweeps'],
      ['docs/cluster.md', 'Sweeps on many machines'],
    ],
  },
  {
    title: 'What numbers mean',
    documents: [
      ['docs/spec.md', 'Schedules'],
      ['docs/simulation.md', 'Simulations'],
      ['docs/accuracy.md', 'Arithmetic of crossbars'],
      ['docs/experiments.md', 'Experiments'],
      ['docs/verification.md', 'Verification'],
      ['docs/performance.md', 'Performance'],
    ],
  },
  {
    title: 'Reference',
    documents: [
      [`${REFERENCE}/commands.md`, 'Commands'],
      [`${REFERENCE}/files.md`, 'Files'],
      [`${REFERENCE}/results.md`, 'Results'],
      ['docs/errors.md', 'Errors'],
      [`${REFERENCE}/clsa-cim.md`, 'Library: clsa-cim'],
      [`${REFERENCE}/core.md`, 'clsa-cim/core'],
      [`${REFERENCE}/sweep.md`, 'clsa-cim/sweep'],
      [`${REFERENCE}/verify.md`, 'clsa-cim/verify'],
      [`${REFERENCE}/queue.md`, 'clsa-cim/queue'],
    ],
  },
  {
    title: 'Project',
    documents: [
      ['docs/architecture.md', 'Architecture'],
      ['docs/dependencies.md', 'Dependencies'],
      ['CONTRIBUTING.md', 'Contributing'],
      ['CHANGELOG.md', 'Changes'],
      ['SECURITY.md', 'Security'],
    ],
  },
];

/** Where the page of a file lies in the site: `docs/sweep.md` and `README.md` are `sweep.html` and `index.html`. */
export function pageOf(path: string): string {
  const inDocs = path.startsWith('docs/') ? path.slice('docs/'.length) : path;
  return `${inDocs.replace(/\.md$/, '').replace(/(^|\/)README$/, '$1index')}.html`;
}
