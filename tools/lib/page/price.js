// A click on Regenerate asks for the price, then for consent, and then starts the
// job.
(() => {
'use strict';

const {api, call, cardOf, cards, complaint, find, make, makeButton, silence, start} =
	limn;
const plural = (n, what) => `${n} ${what}${n === 1 ? '' : 's'}`;
const dollars = usd => `$${usd.toFixed(4)}`;

const question = make('h2', {id: '_confirm-title'});
const terms = make('div', {'aria-live': 'polite'});
const no = makeButton('Cancel', 'no');
const yes = makeButton('Continue', 'primary yes');
const confirmation = make('dialog', {id: 'confirm', 'aria-labelledby': '_confirm-title'},
	question, terms, make('div', {class: 'acts'}, no, yes));
let order = null;

const limits = [
	['left_usd', 'for this episode', 'MAX_EPISODE_COST_USD'],
	['month_left_usd', 'for this month', 'MAX_MONTH_COST_USD'],
	['total_left_usd', 'in total', 'MAX_TOTAL_COST_USD'],
];

// What each limit that there is leaves; less than nothing is too much.
function limitsOf(plan) {
	return limits.filter(([key]) => typeof plan[key] === 'number')
		.map(([key, what, setting]) => ({left: plan[key], what, setting,
			of: key === 'left_usd' && typeof plan.limit_usd === 'number' ?
				` of $${plan.limit_usd.toFixed(2)}` : ''}));
}

function showTerms(plan) {
	const cost = plan.cost_usd;
	const all = cost === 0 ? [] : limitsOf(plan);
	const over = all.filter(limit => limit.left < 0);
	const key = plan.missing_key;
	const isRefused = Boolean(key) || over.length > 0;
	const drafts = [plan.chapters ?? []].flat().filter(c => c?.state === 'draft').length;
	const buys = [[plan.images, 'image'], [plan.prompts, 'prompt']]
		.filter(([n]) => cost !== 0 && n > 0).map(([n, what]) => plural(n, what));
	const price = cost === 0 ? 'This costs nothing.' :
		`This will cost ~${dollars(cost)}.`;
	const lines = key ? [['bad', `It can\u2019t be bought: ${key} is not set. ` +
		'Put it into .env, or into the environment of the server.']] : over.length ?
		over.map(({left, what, setting}) => ['bad', `That is ${dollars(-left)} ` +
			`more than is left ${what}; raise ${setting} to draw it.`]) :
		all.map(({left, what, of}) =>
			['left', `Left ${what} after it: ${dollars(left)}${of}`]);

	if (buys.length)
		lines.unshift(['left', `To buy: ${buys.join(', ')}`]);
	if (drafts > 0)
		lines.unshift(['left', `To draw: ${plural(drafts, 'storyboard draft')}`]);
	lines.unshift(['price', isRefused ? price : `${price} Continue?`]);
	terms.replaceChildren(...lines.map(([name, text]) =>
		make('p', {class: name}, text)));
	yes.hidden = isRefused;
}

function showTrouble(text) {
	terms.replaceChildren(make('p', {class: 'bad'}, text));
}

function fetchPlan({chapter, force}) {
	const query = new URLSearchParams({force: force ? 1 : 0});

	if (chapter)
		query.set('chapter', chapter);
	return call(`${api}/plan?${query}`);
}

// Of a picture that is to be exchanged: one that has yet to be drawn anyhow, as
// the last run failed or was cancelled, needs no force, and what was paid for on
// the way to it is used.
async function fetchTerms(asked) {
	if (asked.chapter && asked.force) {
		const unforced = {...asked, force: false};
		const answer = await fetchPlan(unforced);

		if (answer.body?.images > 0) {
			asked.force = false;
			return answer;
		}
	}
	return fetchPlan(asked);
}

async function ask(chapter, force) {
	const asked = order = {force, chapter};
	let answer;

	question.textContent = chapter ? `Regenerate ${chapter}` :
		force ? 'Regenerate all images' : 'Draw the images';
	terms.replaceChildren(make('p', {}, 'Asking for the price\u2026'));
	yes.hidden = true;
	confirmation.showModal();
	try {
		answer = await fetchTerms(asked);
	} catch {
		answer = null;
	}
	if (order !== asked)
		return; // it is another question by now
	if (!answer)
		showTrouble(silence);
	else if (!answer.isOk)
		showTrouble(complaint(answer));
	else if (!Number.isFinite(answer.body.cost_usd))
		showTrouble('The plan has no price.');
	else
		showTerms(answer.body);
}

// --- what happens

no.addEventListener('click', () => confirmation.close());
yes.addEventListener('click', () => {
	const agreed = order;

	// a second click is no second order
	order = null;
	confirmation.close();
	if (agreed)
		start(agreed);
});
confirmation.addEventListener('close', () => order = null);
document.addEventListener('click', event => {
	const again = event.target.closest('button.again, button#again-all');
	const id = again?.closest('dialog#viewer')?.dataset.chapter ??
		again?.closest('li.card')?.id;

	// Without a picture there is nothing to be exchanged.
	if (id)
		ask(id, find('a.picture', cardOf(id)) !== null);
	else if (again)
		ask(null, cards().length > 0);
});

document.body.append(confirmation);
})();
