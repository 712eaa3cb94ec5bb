import { expect, test } from '@jupyterlab/galata';
import { notebook, Promote, RUN_MS, unique } from './promote';

test('a failed run opens with the traceback in its place', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(2 * RUN_MS);
  const promote = new Promote(page, tmpPath);
  const name = unique('fails');
  await promote.open(
    name,
    notebook(
      '## Load',
      'rows = []\nprint("loaded nothing")',
      '## Mean',
      'mean = sum(rows) / len(rows)',
      '## Report',
      'print(mean)'
    )
  );
  await promote.show();
  await promote.click(promote.button('Use these 3 steps'));
  await promote.publish();
  await promote.click(promote.button('Run now'));
  await promote.ended('failed');
  await expect(promote.panel).toContainText('ZeroDivisionError');

  await promote.click(
    promote.panel.getByRole('button', {
      name: 'Open the executed notebook of mean'
    })
  );
  await expect(promote.front).toContainText(
    'ZeroDivisionError: division by zero'
  );
  await page.notebook.activate(name);
  await promote.click(promote.button('Open notebook').first());
  await expect(promote.front).toContainText('loaded nothing');
  await expect(promote.front).toContainText(
    'ZeroDivisionError: division by zero'
  );
});
