import * as React from 'react';
import { createRoot } from 'react-dom/client';
import type { Stage } from '../../../labextension/src/api/_generated';
import { PromoteProblem } from '../../../labextension/src/api/problem';
import { PublishModel } from '../../../labextension/src/schedule/model';
import { PublishBar } from '../../../labextension/src/schedule/publish';
import { FakeApi } from '../fake-api';
import { openNotebook } from '../open-notebook';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

function shown(
  { pipeline, runs }: ReturnType<typeof openNotebook>,
  publishing: PublishModel,
  isAway = false
): HTMLElement {
  const host = document.createElement('div');
  document.body.replaceChildren(host);
  React.act(() =>
    createRoot(host).render(
      <PublishBar
        pipeline={pipeline}
        publishing={publishing}
        runs={runs}
        isAway={isAway}
      />
    )
  );
  return host;
}

/** A notebook that was published once, and is open. */
async function published(
  api: FakeApi
): Promise<ReturnType<typeof openNotebook>> {
  const open = openNotebook(api, ['a = 1', []]);
  const serving = { dag_id: 'churn', version: 'v-mine', revision: 1 };
  open.pipeline.set(['published'], serving);
  await open.pipeline.refresh();
  return open;
}

describe('a publish that somebody else overtook', () => {
  it('shows what was published meanwhile and publishes on top of it on demand', async () => {
    const api = new FakeApi();
    const open = await published(api);
    const { pipeline, runs } = open;
    const wishes: unknown[] = [];
    api.publish = wish => {
      wishes.push(wish);
      return Promise.reject(
        wishes.length === 1
          ? new PromoteProblem('moved', 'Published from elsewhere.')
          : new PromoteProblem('changed', 'Changed by somebody.', '', {
              revision: 2,
              version: 'v-theirs'
            })
      );
    };
    const publishing = new PublishModel({ pipeline, runs, api });
    const host = shown(open, publishing);
    const click = (name: string): Promise<void> =>
      React.act(async () => {
        [...host.querySelectorAll('button')]
          .find(button => button.textContent === name)
          ?.click();
        await new Promise(go => setTimeout(go));
      });
    await React.act(() => publishing.publish({ message: 'why' }));
    await click('Same pipeline (moved)');
    expect(api.asked).toContain('diff churn v-mine v-theirs');
    expect(host.textContent).toContain('What was published meanwhile');
    expect(host.textContent).toContain('went: -b\ncame: +c');
    await click('Publish on top of it');
    expect(wishes[2]).toEqual({
      ...pipeline.request(),
      message: 'why',
      moved: true,
      expectedRevision: 2
    });
    publishing.dispose();
  });
});

describe('a refused publish', () => {
  it('is forgotten once something else serves, and not before', async () => {
    const api = new FakeApi();
    const open = await published(api);
    const { pipeline, runs } = open;
    api.publish = () =>
      Promise.reject(new PromoteProblem('changed', 'Changed by somebody.'));
    const publishing = new PublishModel({ pipeline, runs, api });
    const ask = api.publishState.bind(api);
    const serves = (
      revision: number,
      state: 'ahead' | 'behind' | 'diverged'
    ): Promise<void> => {
      api.publishState = async now => {
        return { ...(await ask(now)), revision, state };
      };
      return publishing.refresh();
    };
    for (const [revision, state] of [
      [3, 'ahead'],
      [2, 'ahead'],
      [3, 'diverged']
    ] as const) {
      await serves(2, 'behind');
      await publishing.publish();
      await serves(2, 'diverged');
      expect(publishing.problem?.message).toBe('Changed by somebody.');
      await serves(revision, state);
      expect(publishing.problem).toBeNull();
    }
    api.publish = () =>
      Promise.reject(new PromoteProblem('unavailable', 'Airflow is away.'));
    await publishing.publish();
    await serves(9, 'ahead');
    expect(publishing.problem?.message).toBe('Airflow is away.');
    publishing.dispose();
  });
});

describe('a published notebook', () => {
  it('that is refused as it is now leaves the reasons to the findings, and tells others until they are gone', async () => {
    const api = new FakeApi();
    const open = await published(api);
    const { pipeline, runs } = open;
    const publishing = new PublishModel({ pipeline, runs, api });
    const looked = async (refusal: Error | null): Promise<string> => {
      const told = new Promise<void>(resolve =>
        publishing.changed.connect(() => resolve())
      );
      api.refusal = refusal;
      api.changed.emit();
      await told;
      return publishing.unread?.message ?? '';
    };
    const refused = new PromoteProblem('not_promotable', 'Cell 1 is broken.');
    expect(await looked(null)).toBe('');
    expect(await looked(refused)).toBe('');
    const away = new PromoteProblem('unavailable', 'Airflow does not answer.');
    expect(await looked(away)).toBe('Airflow does not answer.');
    expect([publishing.problem, publishing.state?.number]).toEqual([null, 1]);
    const host = shown(open, publishing);
    const line = (): string =>
      host.querySelector('.jp-Promote-state')?.textContent ?? '';
    const said = (at: HTMLElement): string =>
      at.querySelector('.jp-Promote-problem')?.textContent ?? '';
    expect(said(host)).toContain('Airflow does not answer.');
    expect(said(shown(open, publishing, true))).toBe('');
    document.body.replaceChildren(host);
    expect(line()).toMatch(/^Not known since \d\d:\d\d\. Before: .*v1/);
    expect(await React.act(() => looked(null))).toBe('');
    expect(line()).not.toContain('Not known');
    publishing.dispose();
  });

  it('offers nothing to switch on once it is unpublished', async () => {
    const api = new FakeApi();
    const open = await published(api);
    const { pipeline, runs } = open;
    const publishing = new PublishModel({ pipeline, runs, api });
    const ask = api.publishState.bind(api);
    const buttons = async (more: object): Promise<(string | null)[]> => {
      api.publishState = async now => ({ ...(await ask(now)), ...more });
      await publishing.refresh();
      const host = shown(open, publishing);
      return [...host.querySelectorAll('button')].map(one => one.textContent);
    };
    expect(await buttons({ paused: true })).toEqual([
      'Switch on',
      'Run now',
      'Publish again'
    ]);
    expect(await buttons({ paused: true, state: 'retired' })).toEqual([
      'Publish again'
    ]);
    publishing.dispose();
  });
});

describe('a publish that fails on its way', () => {
  it('says at which stage, and leaves that out where nothing was done', async () => {
    const api = new FakeApi();
    const open = openNotebook(api, ['a = 1', []]);
    const { pipeline, runs } = open;
    await pipeline.refresh();
    const publishing = new PublishModel({ pipeline, runs, api });
    const host = shown(open, publishing);
    const fail = async (...states: Stage['state'][]): Promise<string> => {
      const names = ['checked', 'stored', 'on'];
      const stages = states.map((state, at) => {
        return { name: names[at] ?? '', state, message: '' };
      });
      const problem = { code: 'unavailable', message: 'Airflow is away.' };
      api.publish = () =>
        Promise.resolve({
          id: 'o1',
          kind: 'publish',
          path: 'work/churn.ipynb',
          state: 'failed',
          stages,
          published: null,
          result: null,
          results: [],
          trial: null,
          problem: { ...problem, hint: '', fields: {} },
          started: '2026-01-01T00:00:00Z',
          owner: 1
        });
      await React.act(() => publishing.publish());
      return host.textContent ?? '';
    };
    expect(await fail('done', 'failed', 'waiting')).toContain(
      'Airflow is away.It stopped at stage 2 of 3: stored'
    );
    expect(await fail('failed', 'waiting', 'waiting')).not.toContain('stage');
    publishing.dispose();
  });
});
