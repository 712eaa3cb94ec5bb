import * as React from 'react';
import { createRoot } from 'react-dom/client';
import type {
  Operation,
  Step,
  TrialResult
} from '../../../labextension/src/api/_generated';
import { PromoteProblem } from '../../../labextension/src/api/problem';
import { TrialPanel } from '../../../labextension/src/schedule/trial';
import { TrialModel } from '../../../labextension/src/schedule/trial-model';
import { analysis, FakeApi } from '../fake-api';
import { openNotebook } from '../open-notebook';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

function operation(own: Partial<Operation>): Operation {
  return {
    id: 'o1',
    kind: 'test_run',
    path: 'work/churn.ipynb',
    state: 'running',
    stages: [],
    published: null,
    result: null,
    results: [],
    trial: null,
    problem: null,
    started: '2026-01-01T00:00:00Z',
    owner: 1,
    ...own
  };
}

function result(own: Partial<TrialResult>): TrialResult {
  return {
    ok: true,
    message: 'All steps ran.',
    hint: '',
    step: '',
    cellIndex: null,
    notebook: '',
    cells: [],
    ...own
  };
}

async function trying(...operations: Operation[]) {
  const api = new FakeApi();
  api.operations = operations;
  api.analyse = () =>
    Promise.resolve(
      analysis({
        parameters: [
          {
            name: 'trees',
            type: 'int',
            default: 80,
            required: false,
            optional: false,
            choices: [],
            help: '',
            binding: null,
            place: { cell: null, cell_index: null, line: null }
          }
        ]
      })
    );
  const { notebook, pipeline } = openNotebook(
    api,
    ['a = 1', ['step:load']],
    ['print(a)', ['step:use']]
  );
  await pipeline.refresh();
  const trial = new TrialModel({ pipeline, api, interval: 0 });
  return { api, notebook, pipeline, trial };
}

describe('a trial', () => {
  it('runs what is shown to its end and tells meanwhile what it does', async () => {
    const stage = {
      name: 'run here',
      state: 'running' as const,
      message: 'load'
    };
    const { api, notebook, trial } = await trying(
      operation({ stages: [stage] }),
      operation({ state: 'done', trial: result({ notebook: '/x/whole' }) })
    );
    const told: string[] = [];
    trial.changed.connect(() => told.push(`${trial.busy} ${trial.doing}`));
    notebook.cells.get(0).sharedModel.setSource('a = 2');
    await trial.begin({ kind: 'test_run', until: 'load' });
    expect(told).toEqual(['true ', 'true load', 'true ', 'false ']);
    expect(api.asked).toContain(
      'try {"kind":"test_run","until":"load","path":"work/churn.ipynb"} ["a = 2","print(a)"]'
    );
    expect(trial.notebook).toMatch(
      /^-trials\/o1\/churn · test run, .*\d\d:\d\d\.ipynb$/
    );
    expect(trial.isVerified).toBe(false);
  });

  it('proves the same result until the notebook changes, also once it is published', async () => {
    const { notebook, pipeline, trial } = await trying(
      operation({ kind: 'verify', state: 'done', trial: result({}) })
    );
    await trial.begin({ kind: 'verify' });
    expect(trial.isVerified).toBe(true);
    pipeline.set(['published'], { dag_id: 'churn', revision: 1 });
    pipeline.set(['schedule', 'cron'], '0 2 * * *');
    expect(trial.isVerified).toBe(true);
    expect(trial.isOutdated).toBe(false);
    notebook.cells.get(1).sharedModel.setSource('print(a + 1)');
    expect(trial.isVerified).toBe(false);
    expect(trial.isOutdated).toBe(true);
  });

  it('that a restart of the server cut off is told as interrupted once the server is back', async () => {
    const { api, trial } = await trying(operation({}));
    const away = () =>
      Promise.reject(new PromoteProblem('server_unreachable', 'Refused.'));
    const looks = [
      away,
      away,
      () => Promise.resolve(operation({ state: 'interrupted' }))
    ];
    api.operation = () => (looks.shift() ?? away)();
    const told: string[] = [];
    trial.changed.connect(() => told.push(`${trial.busy} ${trial.away}`));
    await trial.begin({ kind: 'verify' });
    expect(told).toEqual([
      ...['true false', 'true false', 'true true', 'true true'],
      ...['true false', 'false false']
    ]);
    expect(trial.problem?.message).toBe(
      'It was interrupted: the Jupyter server was restarted.'
    );
  });

  it('that the server knows no more ends', async () => {
    const { api, trial } = await trying(operation({}));
    api.operation = () =>
      Promise.reject(new PromoteProblem('not_found', 'Not known.'));
    await trial.begin({ kind: 'verify' });
    expect([trial.busy, trial.problem?.message]).toEqual([false, 'Not known.']);
  });

  it('that the server refuses says why', async () => {
    const { api, trial } = await trying(operation({}));
    api.refusal = new PromoteProblem('not_promotable', 'Refused.');
    await trial.begin({ kind: 'verify' });
    expect([trial.busy, trial.problem?.message]).toEqual([false, 'Refused.']);
  });

  it('names beforehand what it writes outside of its folder, up to the chosen step', async () => {
    const { api, pipeline, trial } = await trying();
    const place = { cell_index: 1, line: 1 };
    const told = ['load', 'use'].map((step, index) => ({
      step,
      thing: `/data/${step}.csv`,
      place: { ...place, cell: pipeline.cells[index]?.id ?? null }
    }));
    const plain = analysis();
    const steps = told.map(({ step: name }) => ({ name })) as Step[];
    const host = document.createElement('div');
    React.act(() =>
      createRoot(host).render(
        <TrialPanel pipeline={pipeline} trial={trial} open={() => undefined} />
      )
    );
    expect(host.textContent).toContain('No other file or service was found');
    api.analyse = () =>
      Promise.resolve({ ...plain, steps, outside_writes: told });
    await React.act(() => pipeline.refresh());
    const listed = () =>
      [...host.querySelectorAll('.jp-Promote-outside li')].map(
        item => item.textContent
      );
    expect(listed()).toEqual([
      '/data/load.csv (load) Show the cell',
      '/data/use.csv (use) Show the cell'
    ]);
    const choice = host.querySelector('select');
    React.act(() => {
      Object.getOwnPropertyDescriptor(
        HTMLSelectElement.prototype,
        'value'
      )?.set?.call(choice, 'load');
      choice?.dispatchEvent(new Event('change', { bubbles: true }));
    });
    expect(listed()).toEqual(['/data/load.csv (load) Show the cell']);
  });

  it('is shown with the cells that differ, and its values are those that were typed', async () => {
    const cell = { index: 1, step: 'use', verdict: 'different' };
    const { api, pipeline, trial } = await trying(
      operation({
        state: 'done',
        trial: result({
          ok: false,
          message: 'One cell differs.',
          step: 'use',
          cellIndex: 1,
          cells: [{ ...cell, linear: '1', split: '2' }]
        })
      })
    );
    const host = document.createElement('div');
    document.body.replaceChildren(host);
    const opened: string[] = [];
    React.act(() =>
      createRoot(host).render(
        <TrialPanel
          pipeline={pipeline}
          trial={trial}
          open={path => opened.push(path)}
        />
      )
    );
    const box = host.querySelector<HTMLInputElement>('input');
    React.act(() => {
      Object.getOwnPropertyDescriptor(
        HTMLInputElement.prototype,
        'value'
      )?.set?.call(box, '5');
      box?.dispatchEvent(new Event('input', { bubbles: true }));
    });
    const button = [...host.querySelectorAll('button')].find(
      found => found.textContent === 'Test run'
    );
    await React.act(async () => {
      button?.click();
      while (trial.busy) {
        await new Promise(resolve => setTimeout(resolve, 1));
      }
    });
    expect(api.asked).toContain(
      'try {"kind":"test_run","until":"","parameters":{"trees":5},"path":"work/churn.ipynb"} ["a = 1","print(a)"]'
    );
    const text = host.textContent ?? '';
    expect(text).toContain('use: One cell differs.');
    expect(text).toContain('Cell 2 (use): different');
    expect(text).toContain('Show the cell');
  });
});
