import { expect, test } from '@jupyterlab/galata';
import { notebook, Promote, RUN_MS } from './promote';

test('a notebook is tried with other values before it is published', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(2 * RUN_MS);
  const promote = new Promote(page, tmpPath);
  const content = JSON.parse(
    notebook('n = 20', '## Load', 'rows = [n, 1]', '## Use', 'print(sum(rows))')
  );
  content.cells[0].metadata.tags = ['parameters'];
  await promote.open('tried.ipynb', JSON.stringify(content));
  await promote.show();
  await promote.button('Use these 2 steps').click();
  await promote.button('Test').click();

  await promote.panel.getByLabel('n (int)').fill('41');
  await promote.button('Test run').click();
  await expect(promote.panel.getByText('All steps ran.')).toBeVisible({
    timeout: RUN_MS
  });
  await promote.button('Open the executed notebook').click();
  await expect(promote.front).toContainText('42');
});
