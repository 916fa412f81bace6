// Three charts of the last ten minutes, drawn by uPlot in the colours of the page.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type {Sample} from './api';

interface Line { label: string; color: string; of: (sample: Sample) => number }

export class Chart {
  private plot?: uPlot;
  private data: uPlot.AlignedData = [[]];

  constructor(private readonly place: HTMLElement, private readonly lines: Line[]) {
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(place);
  }

  draw(samples: Sample[]): void {
    this.data = [samples.map((sample) => sample.at_s), ...this.lines.map((line) => samples.map(line.of))];
    if (this.plot) this.plot.setData(this.data);
    else this.make();
  }

  // Canvases do not follow the style sheet: they are made anew in the new colours.
  recolor(): void {
    this.plot?.destroy();
    this.plot = undefined;
    this.make();
  }

  private size() {
    return {width: Math.max(this.place.clientWidth, 200), height: 190};
  }

  private make(): void {
    const style = getComputedStyle(document.documentElement);
    const color = (name: string) => style.getPropertyValue(name).trim();
    const axis = {stroke: color('--soft'), grid: {stroke: color('--line'), width: 1}, ticks: {stroke: color('--line'), width: 1}};
    this.plot = new uPlot({
      ...this.size(),
      series: [{}, ...this.lines.map((line) => ({label: line.label, stroke: color(line.color), width: 2, points: {show: false}}))],
      axes: [axis, {...axis, size: 56}],
      scales: {y: {range: (_plot, _low, high) => [0, Math.max(high * 1.1, 1)]}},
      cursor: {drag: {x: false, y: false}},
    }, this.data, this.place);
  }
}
