import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { PromoteProblem } from '../../../labextension/src/api/problem';
import { RunDetails } from '../../../labextension/src/runs/details';
import { itemsWord, stepGroups } from '../../../labextension/src/runs/groups';
import { repairFrom } from '../../../labextension/src/runs/repair-from';
import { told } from '../review/told';
import { aRun, FAILED_RUN, FakeReview, stepRun } from './fake-review';
import { draw, named, settled } from './screen';

const trans = nullTranslator.load('test');
const MAPPED = aRun({
  state: 'running',
  steps: [
    stepRun({
      step: 'load',
      state: 'running',
      cell: { k: 3, n: 9, output: 'epoch 1\nepoch 2' }
    }),
    ...[0, 1, 2].map(mapIndex =>
      stepRun({
        step: 'fit',
        mapIndex,
        state: mapIndex === 1 ? 'failed' : 'success'
      })
    )
  ]
});

const actions = {
  busy: false,
  cancel: () => Promise.resolve(),
  repair: () => Promise.resolve(null),
  refresh: () => Promise.resolve()
};

function choose(label: string, value: string): void {
  const select = [...document.querySelectorAll('.jp-Dialog label')]
    .find(one => one.textContent?.startsWith(label))
    ?.querySelector('select');
  if (!select) {
    throw new Error(`nothing to choose for ${label}`);
  }
  select.value = value;
  select.dispatchEvent(new Event('change', { bubbles: true }));
}

async function asked(text: string): Promise<void> {
  const dialog = (): Element | null => document.querySelector('.jp-Dialog');
  await settled(() => dialog()?.textContent?.includes(text) === true);
  await settled(() => dialog()?.querySelectorAll('select').length === 2);
}

describe('repairing from a step', () => {
  it('asks for the step and the code, and says where it has to begin', async () => {
    const review = new FakeReview();
    const ended = repairFrom(FAILED_RUN, 'train', { review, trans });
    await asked('With the code of');
    await React.act(async () => choose('With the code of', 'same'));
    review.refusal = new PromoteProblem(
      'repair_from',
      "Step 'load' has changed.",
      'Repair from there: jupyter promote repair',
      { step: 'load' }
    );
    await React.act(async () => named(document.body, 'Repair').click());
    await asked("Step 'load' has changed.");
    expect(document.querySelector('.jp-Dialog')?.textContent).toContain(
      'repair from there'
    );
    review.refusal = null;
    await React.act(async () => named(document.body, 'Repair').click());
    expect(await ended).toBe(true);
    expect(review.asked).toEqual([
      'repair r2 same train',
      'repair r2 same load'
    ]);
  });

  it('begins with why it is asked where it was tried before', async () => {
    const review = new FakeReview();
    const why = "Step 'load' has changed.";
    const ended = repairFrom(FAILED_RUN, 'load', { review, trans, why });
    await asked(why);
    await React.act(async () => named(document.body, 'Repair').click());
    expect(await ended).toBe(true);
    expect(review.asked).toEqual(['repair r2 latest load']);
  });

  it('does nothing when it is given up', async () => {
    const review = new FakeReview();
    const ended = repairFrom(FAILED_RUN, '', { review, trans });
    await asked('what failed');
    await React.act(async () => named(document.body, 'Cancel').click());
    expect(await ended).toBe(false);
    expect(review.asked).toEqual([]);
  });
});

describe('the steps of a run', () => {
  it('have one place for all items of a mapped step, the worst first', () => {
    const [load, fit] = stepGroups(MAPPED.steps);
    expect([load?.name, load?.shown.state]).toEqual(['load', 'running']);
    expect([fit?.name, fit?.shown.mapIndex]).toEqual(['fit', 1]);
    expect(load && itemsWord(trans, load)).toBe('');
    expect(fit && itemsWord(trans, fit)).toBe('3 items: 1 failed, 2 success');
  });

  it('show what the running cell printed last, and that a run is being cancelled', async () => {
    const { done, links } = told();
    const node = await draw(
      <RunDetails run={MAPPED} actions={actions} links={links} />
    );
    expect(node.querySelector('.jp-Promote-live pre')?.textContent).toBe(
      'epoch 1\nepoch 2'
    );
    expect(node.textContent).toContain('cell 3 of 9');
    expect(node.querySelector('summary')?.textContent).toContain(
      '3 items: 1 failed, 2 success'
    );
    let stopped = (): void => undefined;
    const slow = {
      ...actions,
      cancel: () => new Promise<void>(resolve => (stopped = resolve))
    };
    const live = await draw(
      <RunDetails
        run={aRun({ state: 'running' })}
        actions={slow}
        links={links}
      />
    );
    await React.act(async () => named(live, 'Cancel').click());
    expect(live.textContent).toContain('Cancelling…');
    await React.act(async () => stopped());
    expect(live.textContent).not.toContain('Cancelling…');
    const ended = await draw(
      <RunDetails run={FAILED_RUN} actions={actions} links={links} />
    );
    await React.act(async () => named(ended, 'Repair from…').click());
    expect(done).toEqual(['repair r2 train']);
  });

  it.each([
    [
      new PromoteProblem('repair_from', 'It changed.', '', { step: 'load' }),
      ['repair r2 load: It changed.', 'refresh']
    ],
    [null, []]
  ])('ask where one click cannot repair: %#', async (problem, expected) => {
    const { done, links } = told();
    const own = {
      ...actions,
      repair: () => Promise.resolve(problem),
      refresh: async () => void done.push('refresh')
    };
    const node = await draw(
      <RunDetails run={FAILED_RUN} actions={own} links={links} />
    );
    await React.act(async () => named(node, 'Repair').click());
    expect(done).toEqual(expected);
  });
});
