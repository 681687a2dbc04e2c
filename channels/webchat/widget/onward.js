// Going on in a messenger: a part of the widget that is loaded where the salon has one. The link is made when it is
// asked for, for this visitor alone, and stays on the page for those whose browser opens no new tab by itself.
// The server puts the words in the place of "TEXTS".

const words = "TEXTS";
const STYLE = `
.onward { flex: none; min-height: 32px; padding: 6px 16px; font-size: 13px; line-height: 20px; text-align: center; color: var(--soft); }
.onward button, .onward a { color: var(--tint); text-decoration: underline; text-underline-offset: 2px; }
section:has(.log > div:empty) .onward { display: none; }
`;

export default ({ say, form, sheet, make, call, frame }) => {
	if (form.parentNode.querySelector(".onward")) return;
	sheet.replaceSync([...sheet.cssRules].map((rule) => rule.cssText).join("\n") + STYLE);
	const bar = make("div", { className: "onward", role: "status" });
	const said = (text) => text.replace("{where}", frame.onward);
	const ask = async (what) => {
		const found = await call(`onward${what}?language=${say.lang}`, {});
		if (found.frames) throw found.frames[0].text;
		return found;
	};
	const go = make("button", { onclick: () => leave() }, said(words.go));
	const part = make("button", { onclick: () => ask("/part").then(show, failed) }, words.part);
	const show = ({ joined, url }) => {
		if (joined) bar.replaceChildren(said(words.joined), " ", part);
		else bar.replaceChildren(url ? make("a", { href: url, target: "_blank", rel: "noopener" }, said(words.open)) : go);
	};
	const failed = (why) => bar.replaceChildren(typeof why === "string" ? why : words.failed, " ", go);

	// The tab must be opened in the very press: later it would be taken for one that nobody asked for.
	const leave = async () => {
		const tab = open("", "_blank");
		try {
			const found = await ask("/link");
			show(found);
			if (tab) {
				tab.opener = null;
				tab.location = found.url;
			}
		} catch (why) {
			tab?.close();
			failed(why);
		}
	};
	const look = () => ask("").then((found) => { if (found.joined || !bar.querySelector("a")) show(found); }, () => {});

	form.before(bar);
	look();
	addEventListener("focus", look);
};
