import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { documents, GENERATED, root } from './documents.ts';

const LINK = /\]\((?!https?:)([^)\s]+)\)/g;
/** Paths of files and folders that documents name as code. */
const NAMED_PATH = /`((?:src|assembly|test|bench|docs)\/[\w./-]*)`/g;

/** The anchors that a forge makes of a document's headings. */
function anchors(text: string): string[] {
  const headings = text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(documents())('$path', ({ path, text }) => {
  test('links to files and headings that are there', () => {
    const broken = [...text.matchAll(LINK)].filter(([, link]) => {
      const [target = '', anchor] = link!.split('#');
      const file = target === '' ? path : join(dirname(path), target);
      if (!existsSync(join(root, file))) return true;
      const linked = documents().find((document) => document.path === file);
      return anchor !== undefined && !anchors(linked?.text ?? '').includes(anchor);
    });
    expect(broken.map(([, link]) => link)).toEqual([]);
  });

  test('names files that are there', () => {
    const named = [...text.matchAll(NAMED_PATH)].map(([, name]) => name!);
    expect(named.filter((name) => name !== GENERATED && !existsSync(join(root, name)))).toEqual([]);
  });
});
