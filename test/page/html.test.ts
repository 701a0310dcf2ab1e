import { createHash } from 'node:crypto';
import { Script } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { escaped, inScript, pageHtml } from '../../src/page/html.ts';

const parts = {
  title: '</title><script>alert(1)</script> & "m\u0000odel"',
  script: 'globalThis.seen = ["</script>", "<!--", 1 < 2];',
  style: 'p { color: red }',
  data: Uint8Array.of(0, 1, 254, 255, 60, 47),
};

describe('the file of a page', () => {
  test('lets in its own script and style only, by their hashes', async () => {
    const html = await pageHtml(parts);
    const [, policy = ''] = /Content-Security-Policy" content="([^"]+)"/.exec(html) ?? [];
    const [, script = ''] = /<script>(.*?)<\/script>/s.exec(html) ?? [];
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(html) ?? [];
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${hash(script)}`,
      `style-src ${hash(style)}`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  test('holds what it is given, and no more than two elements of script', async () => {
    const html = await pageHtml(parts);
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html).toContain(
      '<title>&#60;/title&#62;&#60;script&#62;alert(1)&#60;/script&#62; &#38; &#34;m odel&#34;',
    );
    const [, data = ''] = /id="data">([^<]*)</.exec(html) ?? [];
    expect([...Buffer.from(data, 'base64')]).toEqual([...parts.data]);
  });

  test('is the same for the same parts', async () => {
    expect(await pageHtml(parts)).toBe(await pageHtml(parts));
  });

  test('has scripts that do not end before they do, and mean the same', () => {
    const script = inScript(parts.script);
    expect(script).not.toMatch(/<\/script|<!--/i);
    const context = { seen: [] };
    new Script(script).runInNewContext(context);
    expect([...context.seen]).toEqual(['</script>', '<!--', true]);
  });

  test.each(['<', '>', '&', '"', "'"])('escapes %s', (character) => {
    expect(escaped(`a${character}b`)).toBe(`a&#${character.charCodeAt(0)};b`);
  });
});
