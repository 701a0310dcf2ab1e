import { batch, computed, effect, signal } from '@preact/signals';
import { Asker } from './asker.ts';
import { type Configuration, changed, first } from './configuration.ts';
import { linkOf, readLink } from './link.ts';
import type { ScheduleAnswer, Told } from './protocol.ts';

/** What the page shows besides the figures. */
export const views = ['schedule', 'simulate', 'optimize', 'sweep'] as const;
export type View = (typeof views)[number];

let opened = readLink(location.hash);

/** The configurations, one or two beside each other. */
export const configurations = signal<readonly Configuration[]>(opened?.configurations ?? [first]);
/** Which of them the controls change. */
export const active = signal(0);
export const view = signal<View>(isView(opened?.view) ? opened.view : 'schedule');
/** What the page has to tell about how it was opened. */
export const notice = signal(noticeOf());

/** The one that the controls change. */
export const configuration = computed(() => configurations.value[active.value] ?? configurations.value[0]!);

/** Schedules of the configurations, the last that were computed. */
export const schedules = signal<readonly Told<ScheduleAnswer>[]>([]);
/** What of them belongs to the configuration that the controls change. */
export const activeSchedule = computed(() => schedules.value[active.value]);
/** The last ones without a mistake: pictures stay while somebody types. */
export const shownSchedules = signal<readonly ScheduleAnswer[]>([]);

export const live = new Asker();

/** Changes the active configuration. */
export function change(changes: Parameters<typeof changed>[1]): void {
  notice.value = undefined;
  configurations.value = configurations.value.map((one, i) =>
    i === active.value ? changed(one, changes) : one,
  );
}

/** Puts a second configuration beside the first, or takes it away. */
export function compare(isWanted: boolean): void {
  const [one] = configurations.value;
  configurations.value = isWanted ? [one!, one!] : [configuration.value];
  active.value = isWanted ? 1 : 0;
}

let lastFileId = 0;

/** Takes a model file of the user. */
export function chooseFile(file: File): void {
  lastFileId += 1;
  change({ model: { file, id: lastFileId }, dims: {}, ...layersGone(configuration.value) });
}

export function chooseZoo(zoo: string): void {
  change({ model: { zoo }, dims: {}, ...layersGone(configuration.value) });
}

/** Copies by the names of layers are of no use for another model. */
function layersGone({ duplication }: Configuration) {
  return typeof duplication === 'string' ? {} : { duplication: 'greedy' as const };
}

effect(() => {
  const asked = configurations.value;
  live.ask('schedule', asked, (told) => {
    const answers = 'answer' in told ? told.answer : asked.map(() => told);
    schedules.value = answers;
    const shown = answers.flatMap((one) => ('answer' in one ? [one.answer] : []));
    if (shown.length === answers.length) shownSchedules.value = shown;
  });
});

/** The link follows what is shown, without a history of every step of a slider. */
let timer: ReturnType<typeof setTimeout> | undefined;
let lastHash = location.hash;
effect(() => {
  const link = linkOf({ configurations: configurations.value, view: view.value });
  clearTimeout(timer);
  timer = setTimeout(() => {
    // Otherwise the browser has gone to another link, and is about to say so.
    if (location.hash !== lastHash) return;
    history.replaceState(null, '', `#${link}`);
    lastHash = location.hash;
  }, 200);
});

// A link that is opened in the page that is there already, or that the browser goes back to.
addEventListener('hashchange', () => {
  lastHash = location.hash;
  opened = readLink(location.hash);
  batch(() => {
    active.value = 0;
    if (opened !== undefined) configurations.value = opened.configurations;
    if (isView(opened?.view)) view.value = opened.view;
    notice.value = noticeOf();
  });
});

function isView(name: string | undefined): name is View {
  return views.some((known) => known === name);
}

function noticeOf(): string | undefined {
  if (opened === undefined && location.hash.length > 1) {
    return 'The link says nothing that this page understands.';
  }
  if (opened?.missingFile === undefined) return undefined;
  return `The link is about a file, ${opened.missingFile.slice(0, 100)}, and files are not shared: choose yours. Until then a network of the zoo is shown.`;
}
