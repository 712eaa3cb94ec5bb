import * as React from 'react';
import { Trigger } from '../../../labextension/src/runs/trigger';
import { parameter } from './a-parameter';
import { draw, named } from './screen';

async function type(
  node: Element,
  name: string,
  texts: readonly string[]
): Promise<void> {
  const input = node.querySelector<HTMLInputElement>(
    `#jp-Promote-parameter-${name}`
  );
  const setter = Object.getOwnPropertyDescriptor(
    HTMLInputElement.prototype,
    'value'
  )?.set;
  for (const text of texts) {
    await React.act(async () => {
      input?.focus();
      setter?.call(input, text);
      input?.dispatchEvent(new Event('input', { bubbles: true }));
    });
  }
  await React.act(async () => input?.blur());
}

describe('a run that is started with values', () => {
  const begun: Readonly<Record<string, unknown>>[] = [];
  const runs = {
    busy: false,
    trigger: async (values: Readonly<Record<string, unknown>>) => {
      begun.push(values);
    }
  };

  beforeEach(() => {
    begun.length = 0;
  });

  it('does not start with another value than the one that is shown', async () => {
    const node = await draw(
      <Trigger runs={runs} parameters={[parameter('rows', 'int')]} />
    );
    const start = named(node, 'Run now');
    await type(node, 'rows', ['1', '12', '12.', '12.5']);
    expect(node.textContent).toContain('Write a whole number.');
    expect(start).toHaveProperty('disabled', true);
    await type(node, 'rows', ['125']);
    await React.act(async () => start.click());
    expect(begun).toEqual([{ rows: 125 }]);
  });

  it('says what a choice can be, and waits for what has no default', async () => {
    const node = await draw(
      <Trigger
        runs={runs}
        parameters={[
          parameter('mode', 'enum', { choices: ['fast', 'slow'] }),
          parameter('day', 'date', { required: true })
        ]}
      />
    );
    const start = named(node, 'Run now');
    expect(start).toHaveProperty('disabled', true);
    await type(node, 'day', ['2026-01-31']);
    await type(node, 'mode', ['medium']);
    expect(node.textContent).toContain('One of: fast, slow');
    expect(start).toHaveProperty('disabled', true);
    await type(node, 'mode', ['']);
    await React.act(async () => start.click());
    expect(begun).toEqual([{ day: '2026-01-31' }]);
  });
});
