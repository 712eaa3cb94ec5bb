import * as React from 'react';
import { createRoot } from 'react-dom/client';
import { ResourcesForm } from '../../../labextension/src/pipeline/resources';
import { PublishModel } from '../../../labextension/src/schedule/model';
import { PublishBar } from '../../../labextension/src/schedule/publish';
import { FakeApi } from '../fake-api';
import { runOf, stepRun } from '../fake-runs';
import { openNotebook } from '../open-notebook';
import { draw, named } from '../runs/screen';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

async function form(resources: { memory?: string } = {}) {
  const api = new FakeApi();
  api.known = [runOf(stepRun('fit', { peakMemory: 2 ** 30 }))];
  const { pipeline, runs } = openNotebook(api, ['1', ['step:fit']]);
  pipeline.set(['published'], { dag_id: 'churn' });
  Object.entries(resources).forEach(([name, value]) =>
    pipeline.set(['steps', 'fit', 'resources', name], value)
  );
  await runs.refresh();
  const host = document.createElement('div');
  document.body.replaceChildren(host);
  const root = createRoot(host);
  await React.act(async () => {
    root.render(<ResourcesForm model={pipeline} step="fit" runs={runs} />);
    await Promise.resolve();
  });
  const input = (label: string): HTMLInputElement => {
    const found = [...host.querySelectorAll('label')].find(
      known => known.textContent === label
    );
    return host.querySelector(`[id="${found?.htmlFor}"]`)!;
  };
  const type = (label: string, text: string) =>
    React.act(() => {
      const box = input(label);
      box.focus();
      Object.getOwnPropertyDescriptor(
        Object.getPrototypeOf(box),
        'value'
      )?.set?.call(box, text);
      box.dispatchEvent(new Event('input', { bubbles: true }));
    });
  return { host, pipeline, runs, type, input };
}

describe('the form of a step', () => {
  it('writes what is right and tells what is not', async () => {
    const { host, pipeline, type, input } = await form();
    type('CPUs', '8');
    type('Memory', 'lots');
    expect(pipeline.settings.steps).toEqual({
      fit: { resources: { cpus: 8 } }
    });
    expect(input('Memory').getAttribute('aria-invalid')).toBe('true');
    expect(host.textContent).toContain('Write for example 4 GB');
    expect(host.textContent).toContain('A node has at most 4 CPU, 8 GiB');
  });

  it('keeps the notebook from being published while a wrong text stands in a field', async () => {
    const { pipeline, runs, type } = await form({ memory: '1 GB' });
    await pipeline.refresh();
    const publishing = new PublishModel({ pipeline, runs, api: new FakeApi() });
    type('Memory', 'lots');
    expect(pipeline.form.wrong).toEqual(['fit: Memory']);
    const bar = await draw(
      <PublishBar
        pipeline={pipeline}
        publishing={publishing}
        runs={runs}
        isAway={false}
      />
    );
    expect(bar.textContent).toContain('Correct what is typed at fit: Memory.');
    expect(named(bar, 'Publish again').hasAttribute('disabled')).toBe(true);
    type('Memory', '2 GB');
    expect(pipeline.form.wrong).toEqual([]);
    publishing.dispose();
  });

  it('says that no node has so much memory', async () => {
    const enough = await form({ memory: '8 GiB' });
    expect(enough.input('Memory').getAttribute('aria-invalid')).toBe('false');
    const { host, input } = await form({ memory: '9 GiB' });
    expect(input('Memory').getAttribute('aria-invalid')).toBe('true');
    expect(host.textContent).toContain('No node of the cluster has that much');
  });

  it('names the elements of a list that it maps over, and forgets both', async () => {
    const { pipeline, type } = await form();
    type('List to map over', 'cities');
    expect(pipeline.settings.steps).toEqual({
      fit: { map_over: { over: 'cities', item: 'item' } }
    });
    type('List to map over', '');
    expect(pipeline.settings.steps).toBeUndefined();
  });

  it('asks for the memory that the last runs needed with one click', async () => {
    const { host, pipeline } = await form();
    expect(host.textContent).toContain('The last run used 1 GiB.');
    const ask = [...host.querySelectorAll('button')].find(
      button => button.textContent === 'Ask for 1.5 GiB'
    );
    React.act(() => ask?.click());
    expect(pipeline.settings.steps).toEqual({
      fit: { resources: { memory: '1.5 GiB' } }
    });
  });
});
