#!/usr/bin/env python
# -*- coding: utf-8 -*-
from __future__ import print_function, division
import sys, os
from metaflow import FlowSpec, step, Parameter, IncludeFile, current
class OldStyle(FlowSpec):
	"""tabs"""
	a = Parameter('a', default=1); b = Parameter('b', default=2.0)
	CONST, OTHER = 1, 2
	x: int; y: str = "y"
	if sys.version_info >= (3, 8):
		NEW = True
	else:
		NEW = False
	for _i in range(2):
		pass
	@step
	def start(self): self.z = 1; self.next(self.mid)
	@step
	def mid(self):
		if self.NEW: self.w = self.CONST + self.OTHER
		else: self.w = 0
		self.v = self.y; self.x = 3
		print('%s %s' % (self.a, self.b)); self.next(self.end,
			)
	@step
	def end(self): print(self.z, self.w, self.v, self.x)
if __name__ == '__main__': OldStyle()
