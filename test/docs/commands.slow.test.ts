import { documents, isLesson } from './documents.ts';
import { testCommands } from './run-commands.ts';

/** Those of README.md are in commands.test.ts, those of lessons in lessons.slow.test.ts. */
testCommands(
  documents()
    .slice(1)
    .filter(({ path }) => !isLesson(path)),
);
