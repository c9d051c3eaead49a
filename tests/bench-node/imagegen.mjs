// What limn is measured beside: the same pictures, as one would draw them with
// Node and the vendors' SDKs.  No store of answers, no fsync, no check of the
// pictures; one run, one process.
//
//	node imagegen.mjs CHAPTERS TEMPLATE OUT CONCURRENCY
//
// Keys and base URLs are the SDKs' own variables.  IMAGE_GEN_PROVIDER=dalle3 is
// for dall-e-3, whose pictures come as an URL.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import pLimit from 'p-limit';
import sharp from 'sharp';

const [chapters, templateFile, out, concurrency] = process.argv.slice(2);
const model = process.env.IMAGE_GEN_PROVIDER === 'dalle3'
  ? { model: 'dall-e-3', size: '1792x1024', quality: 'standard' }
  : { model: 'gpt-image-2.6-flare', size: '2048x1152', quality: 'high' };
const style = 'Professional educational content illustration for ' +
  'Bitcoin/cryptocurrency video. Clean, modern, minimalist design. ';
// mock-api knows the header of the API's manual only, not the SDK's own
const anthropic = new Anthropic({
  defaultHeaders: { 'x-api-key': process.env.ANTHROPIC_API_KEY },
});
const openai = new OpenAI();

const template = await readFile(templateFile, 'utf8');
const section = name =>
  template.match(new RegExp(`^# ${name}\n+([^]*?)\n+(?=# |$(?![^]))`, 'm'))[1];
const system = `${section('System')}\n\n${section('Instructions')}`;
const input = section('Input');

async function writePrompt(chapter) {
  const { title, visual, narration } = chapter;
  const message = await anthropic.messages.create({
    model: 'claude-sonnet-5-5',
    max_tokens: 2048,
    system,
    messages: [{
      role: 'user',
      content: input
        .replace('{{ chapter.title }}', () => title)
        .replace('{{ chapter.visual.type }}', () => visual.type)
        .replace('{{ chapter.visual.description }}', () => visual.description)
        .replace('{{ chapter.narration.text[:300] }}',
          () => [...narration.text].slice(0, 300).join('')),
    }],
    thinking: { type: 'between_tools' },
    output_config: { effort: 'low' },
  });
  const prompt = message.content.filter(block => block.type === 'text')
    .map(block => block.text).join('').trim();
  await writeFile(`${out}/prompts/${chapter.chapter_id}.json`, JSON.stringify(
    { chapter_id: chapter.chapter_id, prompt, usage: message.usage }, null, 2));
  return prompt;
}

async function draw(chapter) {
  const prompt = style + await writePrompt(chapter);
  const answer = await openai.images.generate({ ...model, prompt, n: 1 });
  const { b64_json: base64, url } = answer.data[0];
  if (base64) return { png: Buffer.from(base64, 'base64'), prompt };
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return { png: Buffer.from(await response.arrayBuffer()), prompt };
}

function wrap(text, letters) {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last && last.length + word.length >= letters) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines;
}

async function card(chapter) {
  const escape = text => text.replace(/[&<>]/g, c => `&#${c.charCodeAt(0)};`);
  const lines = wrap(chapter.title, 18);
  const top = 540 - 197 * (lines.length - 1) / 2 + 60;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1920" height="1080">
<rect width="1920" height="1080" fill="#F7931A"/>
<g font-family="Inter, DejaVu Sans" font-weight="bold" font-size="176" fill="#1A1714">
${lines.map((line, i) =>
    `<text x="144" y="${top + 197 * i}">${escape(line)}</text>`).join('\n')}
</g></svg>`;
  return { png: await sharp(Buffer.from(svg)).png().toBuffer(), prompt: null };
}

async function make(chapter) {
  const isCard = /^(title_card|talking_head)$/.test(chapter.visual.type);
  const { png, prompt } = await (isCard ? card : draw)(chapter);
  const path = `images/${chapter.chapter_id}.png`;
  await writeFile(`${out}/${path}`, png);
  return {
    chapter_id: chapter.chapter_id,
    chapter_title: chapter.title,
    visual_type: chapter.visual.type,
    file_path: path,
    prompt,
    model: isCard ? null : model.model,
    size: isCard ? '1920x1080' : model.size,
    size_bytes: png.length,
    sha256: createHash('sha256').update(png).digest('hex'),
  };
}

const episode = JSON.parse(await readFile(chapters, 'utf8'));
await mkdir(`${out}/images`, { recursive: true });
await mkdir(`${out}/prompts`, { recursive: true });
const limit = pLimit(Number(concurrency));
const images = await Promise.all(
  episode.chapters.map(chapter => limit(() => make(chapter))));
await writeFile(`${out}/images/manifest.json`, JSON.stringify({
  episode_id: episode.episode_id,
  generated_at: new Date().toISOString(),
  images,
}, null, 2));
