import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import type { Finding } from '../../../labextension/src/api/_generated';
import { CellMark } from '../../../labextension/src/marks/cell-mark';
import { FakeApi } from '../fake-api';
import { openNotebook } from '../open-notebook';

const finding: Finding = {
  code: 'PRM404',
  name: null,
  severity: 'warning',
  message: 'The environment variable `TOKEN` is read.',
  fix: '',
  cell: 'c0',
  cell_index: 0,
  line: 1,
  steps: [],
  actions: [],
  accepted: false
};

it('is closed by Escape from within and leaves the keyboard at its cell', async () => {
  const { pipeline } = openNotebook(new FakeApi(), ['a = 1', []]);
  const mark = new CellMark({ pipeline, translator: nullTranslator });
  const cell = document.body.appendChild(document.createElement('div'));
  cell.tabIndex = 0;
  Widget.attach(mark, cell);
  mark.showMark({ worst: 'check', findings: [finding] });
  MessageLoop.flush();
  await mark.renderPromise;
  const button = mark.node.querySelector('button');
  button?.click();
  await new Promise(go => setTimeout(go));
  expect(button?.getAttribute('aria-expanded')).toBe('true');

  mark.node
    .querySelector('.jp-Promote-markBody')
    ?.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })
    );
  await new Promise(go => setTimeout(go));
  expect(button?.getAttribute('aria-expanded')).toBe('false');
  expect(document.activeElement).toBe(button);

  mark.dispose();
  expect(document.activeElement).toBe(cell);
  cell.remove();
});
