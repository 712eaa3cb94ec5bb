import { NotebookModel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';
import { PromoteProblem } from '../../../labextension/src/api/problem';
import { PipelineModel } from '../../../labextension/src/pipeline/model';
import { RunsModel } from '../../../labextension/src/runs/model';
import { PublishModel } from '../../../labextension/src/schedule/model';
import type {
  Operation,
  VersionInfo
} from '../../../labextension/src/api/_generated';
import { analysis, FakeApi } from '../fake-api';

const PUBLISHED = { uid: 'u', dag_id: 'churn', version: 'v-1', revision: 3 };

function open(api: FakeApi) {
  const model = new NotebookModel();
  ['a', 'b'].forEach((source, index) => {
    model.sharedModel.insertCell(index, { cell_type: 'code', source });
  });
  model.sharedModel.clearUndoHistory();
  const saved: number[] = [];
  const moved = new Signal<unknown, void>({});
  const document = {
    ready: Promise.resolve(),
    path: 'work/churn.ipynb',
    moved,
    readOnly: false,
    model,
    save: () => {
      saved.push(1);
      return Promise.resolve();
    },
    reveal: () => undefined
  };
  const pipeline = new PipelineModel({ document, api, delay: 1 });
  return { model, pipeline, saved, moved };
}

/** Resolves when the condition holds; the test's own deadline ends a wait in vain. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise(resolve => setTimeout(resolve, 2));
  }
}

describe('the pipeline of a notebook', () => {
  it('is analysed when it opens, after an edit and at another path', async () => {
    const api = new FakeApi();
    const sources: string[][] = [];
    api.analyse = request => {
      sources.push(request.notebook.cells.map(cell => String(cell.source)));
      return Promise.resolve(analysis());
    };
    const { model, pipeline, moved } = open(api);
    await until(() => pipeline.freshness === 'current');
    model.cells.get(0).sharedModel.setSource('c');
    expect(pipeline.freshness).toBe('pending');
    await until(() => pipeline.freshness === 'current');
    expect(sources).toEqual([
      ['a', 'b'],
      ['c', 'b']
    ]);
    moved.emit();
    expect(pipeline.freshness).toBe('pending');
  });

  it('keeps the last analysis, marked as old, while the server is away', async () => {
    const api = new FakeApi();
    const first = analysis({ kernel: 'mine' });
    api.analyse = () => Promise.resolve(first);
    const { pipeline } = open(api);
    await until(() => pipeline.freshness === 'current');
    api.analyse = () => Promise.reject(new PromoteProblem('away', 'Away.'));
    await pipeline.refresh();
    expect([pipeline.freshness, pipeline.analysis]).toEqual(['old', first]);
    expect(pipeline.problem?.message).toBe('Away.');
  });

  it('never shows an answer that a later question overtook', async () => {
    const api = new FakeApi();
    const answers: ((value: ReturnType<typeof analysis>) => void)[] = [];
    api.analyse = () => new Promise(resolve => answers.push(resolve));
    const { pipeline } = open(api);
    await until(() => answers.length === 1);
    const second = pipeline.refresh();
    answers[1]?.(analysis({ kernel: 'new' }));
    await second;
    answers[0]?.(analysis({ kernel: 'old' }));
    await Promise.resolve();
    expect(pipeline.analysis?.kernel).toBe('new');
  });

  it('copies the settings of a renamed step, and undo brings the old name back', async () => {
    const { model, pipeline } = open(new FakeApi());
    pipeline.retag(new Map([[0, ['step:a']]]));
    pipeline.set(['steps', 'a', 'retries'], 2);
    pipeline.rename('a', 'b');
    expect(pipeline.cells[0]?.tags).toEqual(['step:b']);
    model.sharedModel.undo();
    expect(pipeline.cells[0]?.tags).toEqual(['step:a']);
    expect(pipeline.settings.steps).toEqual({
      a: { retries: 2 },
      b: { retries: 2 }
    });
  });

  it('is not analysed in an executed copy', async () => {
    const api = new FakeApi();
    let asked = 0;
    api.analyse = () => {
      asked += 1;
      return Promise.resolve(analysis());
    };
    const { model, pipeline } = open(api);
    model.setMetadata('derived_from', { dag_id: 'churn' });
    await pipeline.refresh();
    expect(asked).toBe(0);
  });
});

describe('publishing', () => {
  const operation = (own: Partial<Operation>): Operation => ({
    id: 'o',
    kind: 'publish',
    path: '',
    result: null,
    results: [],
    trial: null,
    started: '2026-11-21T02:00:00Z',
    owner: 1,
    state: 'running',
    stages: [],
    problem: null,
    published: null,
    ...own
  });

  function publishing(api: FakeApi) {
    const { pipeline, saved } = open(api);
    const runs = new RunsModel({ pipeline, api, interval: 60_000 });
    return {
      pipeline,
      runs,
      saved,
      model: new PublishModel({ pipeline, runs, api })
    };
  }

  it('saves first and takes the identity over when it is done', async () => {
    const api = new FakeApi();
    api.operations = [
      operation({}),
      operation({ state: 'done', published: PUBLISHED })
    ];
    const { model, pipeline, saved, runs } = publishing(api);
    const twice = [model.publish(), model.publish()];
    expect(model.busy).toBe(true);
    await Promise.all(twice);
    expect(api.asked.filter(word => word.startsWith('publish'))).toEqual([
      'publish work/churn.ipynb'
    ]);
    expect(pipeline.published).toEqual(PUBLISHED);
    expect(saved.length).toBe(2);
    expect(model.state?.state).toBe('up_to_date');
    runs.dispose();
    model.dispose();
  });

  it('says why it was refused and can be tried again', async () => {
    const api = new FakeApi();
    api.refusal = new PromoteProblem('name_taken', 'Taken.', 'Rename it.');
    api.operations = [operation({})];
    const { model, runs } = publishing(api);
    await model.publish();
    expect([model.busy, model.problem?.code]).toEqual([false, 'name_taken']);
    runs.dispose();
    model.dispose();
  });

  it('triggers, cancels and repairs runs of the published pipeline only', async () => {
    const api = new FakeApi();
    const { pipeline, runs, model } = publishing(api);
    await runs.trigger({});
    expect(api.asked.filter(word => word.startsWith('trigger'))).toEqual([]);
    pipeline.set(['published'], PUBLISHED);
    await runs.trigger({ n: 1 });
    expect(runs.runs.map(run => run.runId)).toEqual(['run-0']);
    const [run] = runs.runs;
    if (run) {
      await runs.cancel(run);
      await runs.repair(run);
    }
    await runs.rollBack({ version: 'v-0' }, { codeOnly: false });
    expect(api.asked.filter(word => /^(c|re|se|t)/.test(word))).toEqual([
      'trigger {"n":1}',
      'cancel run-0',
      'repair run-0',
      'serve all of churn v-0 3'
    ]);
    runs.dispose();
    model.dispose();
  });

  it('goes on from the version that it let serve again, unless another was published', async () => {
    const api = new FakeApi();
    const { pipeline, runs, model } = publishing(api);
    const serving = (revision: number): VersionInfo => ({
      ...{ dag_id: 'churn', version: 'v-2', number: 2, by: 'ana' },
      ...{ at: '', message: '', retired: false, since: 1 },
      current: true,
      revision
    });
    pipeline.set(['published'], PUBLISHED);
    await runs.rollBack({ version: 'v-0' }, { codeOnly: false });
    expect(pipeline.published).toMatchObject({ version: 'v-0', revision: 4 });
    await runs.rollBack({ version: 'v-0' }, { codeOnly: true });
    const served = { version: 'v-0-code', revision: 5 };
    expect(pipeline.published).toMatchObject(served);
    api.history = [serving(9)];
    await runs.loadVersions();
    await runs.rollBack({ version: 'v-1' }, { codeOnly: false });
    expect(pipeline.published).toMatchObject(served);
    expect(api.asked.filter(word => word.startsWith('serve'))).toEqual([
      'serve all of churn v-0 3',
      'serve code of churn v-0 4',
      'serve all of churn v-1 9'
    ]);
    expect(runs.versions).toEqual(api.history);
    runs.dispose();
    model.dispose();
  });

  it('gives why a repair begins earlier, and keeps any other refusal', async () => {
    const api = new FakeApi();
    const { pipeline, runs, model } = publishing(api);
    pipeline.set(['published'], PUBLISHED);
    await runs.trigger({});
    const [run] = runs.runs;
    const refused = async (code: string): Promise<unknown[]> => {
      const problem = new PromoteProblem(code, 'No.', '', { step: 'load' });
      api.repair = () => Promise.reject(problem);
      const why = run && (await runs.repair(run));
      return [why?.message, runs.problem?.message];
    };
    expect(await refused('repair_from')).toEqual(['No.', undefined]);
    expect(await refused('run_is_live')).toEqual([undefined, 'No.']);
    runs.dispose();
    model.dispose();
  });
});
