import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { expect, test } from '@jupyterlab/galata';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { notebook, Promote, RUN_MS, unique, WITH_HEADINGS } from './promote';

test('a notebook is tagged by clicking, published, watched and read', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(2 * RUN_MS);
  const promote = new Promote(page, tmpPath);
  const name = unique('tagged');
  const go = path.join(os.tmpdir(), `${name}.go`);
  const waiting = [
    'print("begun")',
    `while not os.path.exists(${JSON.stringify(go)}):`,
    '    time.sleep(0.2)',
    'print("the answer is", 2 * b)'
  ];
  await promote.open(
    name,
    notebook('import os, time\na = 20', 'b = a + 1', waiting.join('\n'))
  );
  await promote.show();
  for (const [index, name] of ['first', 'second'].entries()) {
    await page.notebook.selectCells(2 * index);
    await page
      .getByRole('button', { name: /^Pipeline step of this cell \(/ })
      .click();
    await page.getByRole('menuitem', { name: /^Start a Step Here/ }).click();
    await page.getByRole('dialog').getByRole('combobox').fill(name);
    await page.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
  }
  await expect(promote.chips).toHaveText(['first', '↳ first', 'second']);

  await promote.step('second').click();
  await promote.panel.getByLabel('CPUs').fill('2');
  await promote.button('Weekdays 06:00').click();
  await promote.publish();
  await promote.button('Run now').click();
  const runs = promote.panel.getByRole('list', { name: 'Runs' });
  await expect(runs).toContainText('cell 1 of 1', { timeout: RUN_MS });
  await expect(runs).toContainText('begun', { timeout: RUN_MS });
  fs.writeFileSync(go, '');
  await promote.ended('success');
  fs.rmSync(go);
  await promote.panel
    .getByRole('button', { name: 'Open the executed notebook of second' })
    .click();
  await expect(promote.front).toContainText('the answer is 42');
});

test('tags are set and undone by keyboard alone', async ({ page, tmpPath }) => {
  const promote = new Promote(page, tmpPath);
  await promote.open('keys.ipynb', notebook('a = 1', 'b = a', 'print(b)'));
  await page.notebook.selectCells(0);
  await page.keyboard.press('Control+Shift+Alt+KeyT');
  await page.getByRole('dialog').getByRole('combobox').fill('Load data');
  await page.keyboard.press('Enter');
  await expect(promote.chips).toHaveText([
    'load-data',
    '↳ load-data',
    '↳ load-data'
  ]);

  await page.notebook.selectCells(1);
  await page.keyboard.press('Control+Shift+Alt+KeyP');
  await page.keyboard.press('ArrowDown');
  await expect(
    page.getByRole('menuitemcheckbox', { name: 'load-data' })
  ).toBeChecked();
  await page.keyboard.press('Escape');

  await page.notebook.selectCells(1, 2);
  await page.keyboard.press('Control+Shift+Alt+KeyT');
  await page.getByRole('dialog').getByRole('combobox').fill('report');
  await page.keyboard.press('Enter');

  await expect(promote.chips).toHaveText(['load-data', 'report', '↳ report']);
  await page.notebook.selectCells(2);
  await page.keyboard.press('Control+Shift+Alt+ArrowDown');
  await expect(promote.chips).toHaveText([
    'load-data',
    '↳ load-data',
    'report'
  ]);

  for (const left of [3, 3, 0]) {
    await page.notebook.selectCells(0);
    await page.keyboard.press('z');
    await expect(promote.chips).toHaveCount(left);
  }
});

test('a person who never touches the mouse gets into the sidebar and through the graph', async ({
  page,
  tmpPath
}) => {
  const promote = new Promote(page, tmpPath);
  await promote.open('walk.ipynb', notebook('a = 1', 'b = a', 'print(b)'));
  for (const [index, name] of ['Load', 'Fit it'].entries()) {
    await page.notebook.selectCells(index);
    await page.keyboard.press('Control+Shift+Alt+KeyT');
    await expect(page.getByRole('dialog').getByRole('combobox')).toBeFocused();
    // Typed, not filled: what stood in the field would stay before it.
    await page.keyboard.type(name);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
  await expect(promote.chips).toHaveText(['load', 'fit-it', '↳ fit-it']);

  await page.keyboard.press('Control+Shift+KeyC');
  const palette = page.locator('#modal-command-palette');
  await palette.getByRole('textbox').fill('show promote');
  await expect(
    palette.getByText('Show Promote', { exact: true })
  ).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(promote.panel).toBeFocused();

  const drawing = promote.panel.getByRole('group', { name: 'Step graph' });
  const edge = drawing.getByRole('img', { name: /^load → fit-it: a/ });
  // The step is drawn from the first analysis on, the arrow only once both are tagged.
  await expect(edge).toHaveCount(1);
  await drawing.getByRole('button', { name: /^Step load/ }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(edge).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(
    drawing.getByRole('button', { name: /^Step fit-it/ })
  ).toBeFocused();
});

test('chips follow a notebook of 300 cells', async ({ page, tmpPath }) => {
  const promote = new Promote(page, tmpPath);
  const cells = [...Array(300).keys()].map(index => `x${index} = ${index}`);
  const content = JSON.parse(notebook(...cells));
  for (const index of [0, 100, 200]) {
    content.cells[index].metadata.tags = [`step:part${index}`];
    content.cells[index].outputs = [
      { output_type: 'stream', name: 'stdout', text: `${index}` }
    ];
  }
  await promote.open('long.ipynb', JSON.stringify(content));
  await expect(promote.chips.first()).toHaveText('part0');
  const outer = page.locator('.jp-WindowedPanel-outer');
  await expect(async () => {
    await outer.evaluate(node => node.scrollTo(0, node.scrollHeight));
    await expect(
      promote.chips.filter({ hasText: 'part200' }).first()
    ).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 150_000 });

  // Without tags, the outputs far above make no room for chips any more: nothing in view moves by that.
  const seen = page.locator('.jp-Cell[data-windowed-list-index="200"]');
  await seen.scrollIntoViewIfNeeded();
  const top = async () => Math.round((await seen.boundingBox())?.y ?? NaN);
  const before = await top();
  await page.evaluate(() => {
    const { currentWidget } = window.jupyterapp.shell;
    const { sharedModel } = (currentWidget as NotebookPanel).content.model!;
    sharedModel.cells.forEach(cell => cell.deleteMetadata('tags'));
  });
  await expect(promote.chips).toHaveCount(0);
  expect(await top()).toBe(before);
});

test('steps of a heading notebook can be renamed and undone', async ({
  page,
  tmpPath
}) => {
  const promote = new Promote(page, tmpPath);
  await promote.open('rename.ipynb', WITH_HEADINGS);
  await promote.show();
  await promote.button('Use these 4 steps').click();
  await promote.chips.filter({ hasText: 'train' }).first().click();
  await page.getByRole('menuitem', { name: /^Rename Step Everywhere/ }).click();
  await page.getByRole('dialog').getByRole('combobox').fill('fit');
  await page.getByRole('dialog').getByRole('button', { name: 'OK' }).click();
  await expect(promote.step('fit')).toBeVisible();
  await page.keyboard.press('z');
  await expect(promote.step('train')).toBeVisible();
});

test('a step begins where its chip is dropped, in both views', async ({
  page,
  tmpPath
}) => {
  const promote = new Promote(page, tmpPath);
  await promote.open('twice.ipynb', WITH_HEADINGS);
  await promote.show();
  await promote.button('Use these 4 steps').click();
  const before = [
    'above the steps',
    ...['load', '↳ load', 'clean', '↳ clean', 'train', '↳ train'],
    ...['report', '↳ report']
  ];
  await expect(promote.chips).toHaveText(before);
  const report = promote.chips.filter({ hasText: /^report$/ });
  // The other way `train` would keep a heading and no code.
  await report.dragTo(page.locator('.jp-Notebook .jp-Cell').nth(9));
  const after = [...before.slice(0, 7), 'report'];
  await expect(promote.chips).toHaveText(after);
  await page.notebook.selectCells(0);
  await page.keyboard.press('z');
  await expect(promote.chips).toHaveText(before);

  await page.evaluate(() =>
    window.jupyterapp.commands.execute('docmanager:clone')
  );
  await expect(promote.chips).toHaveText([...before, ...before]);
  await report.first().dragTo(page.locator('.jp-Notebook .jp-Cell').nth(9));
  await expect(promote.chips).toHaveText([...after, ...after]);
});
