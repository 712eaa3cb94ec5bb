import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { Translated } from '../../../labextension/src/ui/react';
import { draw, named } from '../runs/screen';

describe('a panel that cannot be drawn', () => {
  it('says why and what to do, and is drawn again where it can be', async () => {
    const told = jest.spyOn(console, 'error').mockImplementation();
    const answer: { steps?: readonly string[] } = {};
    const Steps = (): JSX.Element => {
      const { steps } = answer;
      if (!steps) {
        throw new TypeError('there are no steps');
      }
      return <p>{steps.join()}</p>;
    };
    const node = await draw(
      <Translated translator={nullTranslator}>
        <Steps />
      </Translated>
    );
    expect(node.textContent).toContain('TypeError: there are no steps');
    expect(node.textContent).toContain('Restart the Jupyter server');
    answer.steps = ['load', 'fit'];
    await React.act(async () => named(node, 'Try again').click());
    expect(node.textContent).toBe('load,fit');
    told.mockRestore();
  });
});
