import * as React from 'react';
import type {
  VersionDiff,
  VersionInfo
} from '../../../labextension/src/api/_generated';
import { HistoryModel } from '../../../labextension/src/pipelines-page/history-model';
import { Versions } from '../../../labextension/src/runs/versions';
import { FakeApi } from '../fake-api';
import { FakeReview } from './fake-review';
import { draw } from './screen';

const version = (
  revision: number,
  number: number,
  own: Partial<VersionInfo> = {}
): VersionInfo => ({
  dag_id: 'churn',
  version: `v-${number}`,
  number,
  revision,
  by: 'ana',
  at: '2026-11-20T12:00:00Z',
  message: '',
  current: false,
  retired: false,
  since: revision,
  ...own
});

async function ways(versions: readonly VersionInfo[]): Promise<string[]> {
  const node = await draw(
    <Versions
      runs={{
        busy: false,
        versions,
        loadVersions: () => Promise.resolve(),
        wayBack: () => Promise.resolve(null),
        rollBack: () => Promise.resolve()
      }}
    />
  );
  return [...node.querySelectorAll('li')].map(
    item =>
      /serves now|unpublished|Roll back/.exec(item.textContent ?? '')?.[0] ?? ''
  );
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise(go => setTimeout(go));
  }
}

describe('the versions of a pipeline', () => {
  const history = [version(3, 1), version(2, 2), version(1, 1)];

  it('are offered again where another one serves', async () => {
    const [newest, ...older] = history;
    expect(await ways([{ ...newest!, current: true }, ...older])).toEqual([
      'serves now',
      'Roll back',
      ''
    ]);
  });

  it('serve only after a person was told what reverts, the code alone where that is asked for', async () => {
    const [newest, ...older] = history;
    const asked: string[] = [];
    const settings = ['Schedule: At 06:00 -> At 02:00.'];
    let reverts: VersionDiff | null = null;
    const node = await draw(
      <Versions
        runs={{
          busy: false,
          versions: [{ ...newest!, current: true }, ...older],
          loadVersions: () => Promise.resolve(),
          wayBack: ({ version }) => {
            asked.push(`to ${version}?`);
            return Promise.resolve(reverts);
          },
          rollBack: ({ version }, { codeOnly }) => {
            asked.push(`${version} ${codeOnly}`);
            return Promise.resolve();
          }
        }}
      />
    );
    const click = (): void =>
      node.querySelector<HTMLElement>('li button')?.click();
    click();
    await until(() => asked.length === 1);
    expect(document.querySelector('.jp-Dialog')).toBeNull();
    for (const [changes, tick, answer] of [
      [['Cell 2 changed.', ...settings], false, 'Cancel'],
      [['Cell 2 changed.', ...settings], true, 'Roll back'],
      [settings, false, 'Roll back']
    ] as const) {
      reverts = {
        older: 'v-1',
        newer: 'v-2',
        cells: [],
        changes: [...changes],
        settings
      };
      click();
      await until(() => document.querySelector('.jp-Dialog') !== null);
      const dialog = document.querySelector('.jp-Dialog');
      await until(() => dialog?.querySelector('ul') !== null);
      for (const change of changes) {
        expect(dialog?.textContent).toContain(change);
      }
      const box = dialog?.querySelector<HTMLInputElement>('[type=checkbox]');
      expect(Boolean(box)).toBe(changes.length > settings.length);
      if (tick) {
        box?.click();
      }
      [...(dialog?.querySelectorAll<HTMLElement>('button') ?? [])]
        .find(button => button.textContent === answer)
        ?.click();
      await until(() => document.querySelector('.jp-Dialog') === null);
      const isDone = (): boolean =>
        asked[asked.length - 1]?.startsWith('v-2') ?? false;
      await until(() => answer === 'Cancel' || isDone());
    }
    expect(asked).toEqual([
      'to v-2?',
      'to v-2?',
      'to v-2?',
      'v-2 true',
      'to v-2?',
      'v-2 false'
    ]);
  });

  it('do not serve once the pipeline is unpublished', async () => {
    const gone = version(4, 1, { current: true, retired: true });
    expect(await ways([gone, ...history])).toEqual(['unpublished', '', '', '']);
  });
});

describe('what is done to a pipeline', () => {
  it('is told to all that show its state', async () => {
    const api = new FakeApi();
    let told = 0;
    api.changed.connect(() => {
      told += 1;
    });
    const model = new HistoryModel({
      api,
      review: new FakeReview(),
      dagId: 'churn',
      interval: 60_000,
      shown: () => true
    });
    await model.unpublish();
    expect(told).toBe(1);
    expect(api.asked).toContain('versions churn');
    model.dispose();
  });
});
