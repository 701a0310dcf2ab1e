import { autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, linter, lintGutter, lintKeymap } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { effect, signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Architecture } from '../../architecture/architecture.ts';
import { architectureToYaml } from '../../architecture/file.ts';
import { chipFieldsOf } from '../chip-fields.ts';
import type { ChipFields } from '../configuration.ts';
import { change, configuration } from '../state.ts';
import { completeChip } from './completion.ts';
import { check } from './mistakes.ts';
import { STYLE_NONCE } from './nonce.ts';

/** What is wrong with the text, for those who do not see its lines. */
const mistakes = signal<readonly { readonly line: number; readonly message: string }[]>([]);

/** The chip as the text of its file: what is right is used at once, what is wrong is told at its line. */
export function ChipEditor() {
  const parent = useRef<HTMLDivElement>(null);
  useEffect(() => startEditor(parent.current!), []);
  return (
    <>
      <div class="editor" ref={parent} />
      <div role="status">
        <ul class="mistakes" id="mistakes">
          {mistakes.value.map(({ line, message }) => (
            <li key={message}>
              Line {line}: {message}
            </li>
          ))}
        </ul>
      </div>
      <small class="hint">
        Ctrl+Space suggests keys and values. While there is a mistake the last chip without one is used.
      </small>
    </>
  );
}

/** @returns what ends the editor. */
function startEditor(parent: HTMLElement): () => void {
  let own = chipFieldsOf(configuration.value);
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: textOf(own),
      extensions: [
        EditorView.cspNonce.of(STYLE_NONCE),
        EditorView.contentAttributes.of({ 'aria-label': 'The chip as YAML', tabindex: '0' }),
        EditorView.lineWrapping,
        theme,
        ...[lineNumbers(), history(), indentOnInput(), yaml(), syntaxHighlighting(colours)],
        ...[lintGutter(), linter(diagnostics, { delay: 250 })],
        autocompletion({ override: [completeChip] }),
        keymap.of([...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap]),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (!docChanged) return;
          const checked = check(state.doc.toString());
          if (!('architecture' in checked)) return;
          own = { ...checked.architecture };
          if (JSON.stringify(own) !== JSON.stringify(chipFieldsOf(configuration.value)))
            change({ chip: own });
        }),
      ],
    }),
  });
  const stop = effect(() => {
    const fields = chipFieldsOf(configuration.value);
    // What the editor has written itself, it does not write again: the cursor and comments stay.
    if (JSON.stringify(fields) === JSON.stringify(own)) return;
    own = fields;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: textOf(fields) } });
  });
  return () => {
    stop();
    view.destroy();
    mistakes.value = [];
  };
}

/** A file with the doc of every field; one that is wrong is written as it is. */
function textOf(fields: ChipFields): string {
  return architectureToYaml(fields as unknown as Architecture);
}

function diagnostics({ state }: EditorView): Diagnostic[] {
  const checked = check(state.doc.toString());
  const found = 'architecture' in checked ? [] : checked.mistakes;
  mistakes.value = found.map(({ from, message }) => ({ line: state.doc.lineAt(from).number, message }));
  return found.map((mistake) => ({ ...mistake, severity: 'error' }));
}

/** By the variables of the page, which are others in the dark. */
const theme = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--paper)', fontSize: '13px', maxHeight: '28rem' },
  '.cm-scroller': { fontFamily: 'ui-monospace, monospace', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': {
    color: 'var(--dim)',
    backgroundColor: 'var(--ground)',
    borderRight: '1px solid var(--line)',
  },
  '&.cm-focused': { outline: '2px solid var(--accent)' },
  '.cm-tooltip': { color: 'var(--ink)', backgroundColor: 'var(--paper)', border: '1px solid var(--line)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    color: 'var(--paper)',
    backgroundColor: 'var(--accent)',
  },
  '.cm-completionInfo': { maxWidth: '20rem' },
});

const colours = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--dim)', fontStyle: 'italic' },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
  { tag: [tags.string, tags.content], color: 'var(--ink)' },
  { tag: tags.invalid, color: 'var(--fault)' },
]);
