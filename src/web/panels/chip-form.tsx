import { chipFieldsOf, type FormField, fieldValue, formFields, withFields } from '../chip-fields.ts';
import { change, configuration } from '../state.ts';

/** All fields of a chip that have one value, each with what it means. */
export function ChipForm() {
  const ofChip = formFields.filter(({ name }) => name.startsWith('chip.'));
  const ofPes = formFields.filter((field) => !ofChip.includes(field));
  return (
    <div class="form">
      <fieldset>
        <legend>PEs</legend>
        {ofPes.map((field) => (
          <Field key={field.name} field={field} />
        ))}
      </fieldset>
      <fieldset>
        <legend>Tiles, links, buffers (simulated)</legend>
        {ofChip.map((field) => (
          <Field key={field.name} field={field} />
        ))}
      </fieldset>
    </div>
  );
}

function Field({ field: { name, doc, kind, isOptional } }: { readonly field: FormField }) {
  const value = fieldValue(chipFieldsOf(configuration.value), name);
  const set = (next: string | number | boolean | null) =>
    change({ chip: withFields(configuration.value, { [name]: next }) });
  const id = `field-${name}`;
  const described = `${id}-doc`;
  return (
    <div class="form-field">
      <label for={id}>{name}</label>
      {kind === 'boolean' ? (
        <input
          id={id}
          type="checkbox"
          aria-describedby={described}
          checked={value === true}
          onChange={({ currentTarget }) => set(currentTarget.checked)}
        />
      ) : typeof value === 'object' && value !== null ? (
        <input id={id} type="text" aria-describedby={described} value={JSON.stringify(value)} readOnly />
      ) : (
        <input
          id={id}
          type="text"
          inputMode={kind === 'number' ? 'decimal' : 'text'}
          aria-describedby={described}
          value={value === undefined ? '' : String(value)}
          onChange={({ currentTarget }) => set(typed(currentTarget.value, kind, isOptional))}
        />
      )}
      <small id={described}>{doc}</small>
    </div>
  );
}

/** What was typed; what is no number stays text, so that the message says what was found. */
function typed(text: string, kind: FormField['kind'], isOptional: boolean): string | number | null {
  if (text.trim() === '') return isOptional ? null : '';
  return kind === 'number' && Number.isFinite(Number(text)) ? Number(text) : text;
}
