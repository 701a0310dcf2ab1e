import * as v from 'valibot';
import { stringify } from 'yaml';
import { validate } from '../input/validate.ts';
import { parseYaml } from '../input/yaml.ts';
import { type Architecture, architectureFields, architectureSchema } from './architecture.ts';

/**
 * An architecture from the text of a YAML or JSON file.
 *
 * @param where Name of the file, for messages.
 * @throws ClsaCimError one line that names the file, the field, what was found and what is allowed.
 */
export function parseArchitecture(text: string, where: string): Architecture {
  return validate(architectureSchema, parseYaml(text, where), where);
}

/**
 * The architecture as YAML to edit and give back, with the doc of every field above it. Fields that are
 * left out appear as comments. {@link parseArchitecture} gives the same architecture again.
 */
export function architectureToYaml(architecture: Architecture): string {
  const values = new Map<string, unknown>(Object.entries(architecture));
  const blocks = Object.entries(architectureFields).map(([key, schema]) => {
    const described = schema.type === 'exact_optional' ? schema.wrapped : schema;
    const doc = `# ${v.getDescription(described)}\n`;
    if (!values.has(key)) return `${doc}# ${key}:\n`;
    return doc + stringify({ [key]: values.get(key) }, { lineWidth: 100 });
  });
  return blocks.join('\n');
}
