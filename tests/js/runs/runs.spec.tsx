import * as React from 'react';
import type { IRunLinks } from '../../../labextension/src/runs/details';
import { Runs } from '../../../labextension/src/runs/runs';
import { FakeApi } from '../fake-api';
import { runOf, stepRun } from '../fake-runs';
import { openNotebook } from '../open-notebook';
import { draw } from './screen';

const LINKS = {} as unknown as IRunLinks;

it('says by itself how the newest run stands, and nothing of its cells', async () => {
  const api = new FakeApi();
  const { notebook, runs } = openNotebook(api, ['a = 1', []]);
  notebook.setMetadata('promote', {
    published: { uid: 'u', dag_id: 'churn', version: 'v-1', revision: 1 }
  });
  const running = (k: number) => ({
    ...runOf(
      stepRun('load', { state: 'running', cell: { k, n: 2, output: '' } })
    ),
    state: 'running' as const
  });
  const node = await draw(<Runs runs={runs} links={LINKS} isAway={false} />);
  const said: string[] = [];
  const heard = node.querySelector('[role=status]');
  expect(heard?.textContent).toBe('');
  new MutationObserver(() => said.push(heard?.textContent ?? '')).observe(
    heard ?? node,
    { characterData: true, childList: true, subtree: true }
  );
  for (const run of [running(1), running(2), runOf(stepRun('load'))]) {
    api.known = [run];
    await React.act(() => runs.refresh());
  }
  expect(said).toEqual(['Newest run: running', 'Newest run: success']);
});

it('says that there is no run only once it knows', async () => {
  const api = new FakeApi();
  const { notebook, runs } = openNotebook(api, ['a = 1', []]);
  const node = await draw(<Runs runs={runs} links={LINKS} isAway={false} />);
  const said = (): string | null | undefined =>
    node.querySelector('.jp-Promote-empty')?.textContent;
  expect(said()).toBe('Asking Airflow…');
  notebook.setMetadata('promote', {
    published: { uid: 'u', dag_id: 'churn', version: 'v-1', revision: 1 }
  });
  await React.act(() => runs.refresh());
  expect(said()).toBe('No run yet.');
});
