"""Runs student code in a process of its own and brings back answers as plain data.

parent.py   the trusted side: starts the zygote, asks the questions, holds the deadlines
zygote.py   a warm process that forks one child per submission
child.py    all that runs beside student code
protocol.py the messages between parent and child
"""
