# From chapters.mk to build.ninja: the files and the edges of mk/chain.mk, where
# storyboards are drawn, with commands that do nothing.
#
#	cat OUT/*/imagegen/chapters.mk | awk -v out=OUT -f bench-ninja.awk
BEGIN {
	print "builddir = " out ".ninja.d"
	print "bin = :"
	rule("split", "-o $w $in")
	rule("setting", "$out $in")
	rule("prompt", "-t imagegen.md -o $out $in")
	rule("draw", "-o $out $in")
	rule("card", "-o $out $in")
	rule("entry", "-o $out $in")
	rule("manifest", "--index=$w/chapters.index -o $out")
	rule("finish", "-o $out $in")
}

function rule(name, arguments) {
	print "rule " name
	print "  command = $bin " name " " arguments
	print "  restat = 1"
}

function build(outputs, how, inputs) {
	print "build " outputs ": " how " " inputs
}

function paths(stem, ids, suffix,	id, n, i, all) {
	n = split(ids, id, " ")
	for (i = 1; i <= n; i++)
		all = all stem id[i] suffix " "
	return all
}

function drawn(png, c) {
	build(c ".prompt.stamp " c ".prompt.json", "prompt",
		c ".chapter.json " w "prompt.settings")
	build(with_thumb(png), "draw", c ".prompt.json " w "image.settings || " \
		c ".prompt.stamp")
	rest(png, c)
}

function card(png, c) {
	build(with_thumb(png), "card", c ".chapter.json")
	rest(png, c)
}

function rest(png, c) {
	build(c ".entry.json", "entry", png)
}

function with_thumb(png,	thumb) {
	thumb = png
	sub("/images/", "/images/thumbs/", thumb)
	return png " " thumb
}

/^id := / { id = $3 }
/^all := / { all = substr($0, 8) }
/^drawn := / { drawn_ids = substr($0, 10) }
/^include / {
	e = out "/" id "/"
	w = e "imagegen/"
	provenance = e "provenance/imagegen_provenance.json"
	manifests = manifests " " e "images/manifest.json"
	build(paths(w, all, ".chapter.json") w "chapters.index " w \
		"chapters.mk", "split", e "chapters.json")
	print "  w = " w
	build(w "prompt.settings " w "template.md", "setting", "imagegen.md")
	build(w "image.settings", "setting")
	split("", is_drawn)
	n = split(drawn_ids, chapter, " ")
	for (i = 1; i <= n; i++)
		is_drawn[chapter[i]]
	n = split(all, chapter, " ")
	for (i = 1; i <= n; i++)
		if (chapter[i] in is_drawn)
			drawn(e "images/" chapter[i] ".png", w chapter[i])
		else
			card(e "images/" chapter[i] ".png", w chapter[i])
	build(w "manifest.json", "manifest", paths(w, all, ".entry.json") w \
		"chapters.index || " paths(e "images/thumbs/", all, ".png"))
	print "  w = " w
	build(provenance, "finish", w "manifest.json " w "template.md || " w \
		"prompt.settings")
	build(w "recorded", "finish", provenance)
	build(e "images/index.html", "finish", w "manifest.json")
	build(e "images/manifest.json", "finish", w "recorded " e \
		"images/index.html")
}

END {
	build("all", "phony", manifests)
	print "default all"
}
