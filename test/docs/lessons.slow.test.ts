import { documents, isLesson } from './documents.ts';
import { testCommands } from './run-commands.ts';

testCommands(documents().filter(({ path }) => isLesson(path)));
