"""The surfaces of the guide as formulas, with the box from which the tests draw points."""

from __future__ import annotations

FLAT_SHARP = "1 - 0.95*exp(-((x+1.5)^2+y^2)/2) - exp(-((x-1.5)^2+y^2)/(2*0.18^2)) + 0.02*(x^2+y^2)"  # two wells
GOLDSTEIN = (
    "(1+(x+y+1)^2*(19-14*x+3*x^2-14*y+6*x*y+3*y^2))"
    "*(30+(2*x-3*y)^2*(18-32*x+12*x^2+48*y-36*x*y+27*y^2))"  # six decades
)
LEVY = (
    "sin(pi*(1+(x-1)/4))^2 + ((x-1)/4)^2*(1+10*sin(pi*(1+(x-1)/4)+1)^2)"
    "+ ((y-1)/4)^2*(1+sin(2*pi*(1+(y-1)/4))^2)"  # w = 1 + (x-1)/4
)

SURFACES: dict[str, tuple[str, float]] = {
    "bowl": ("(x^2+y^2)/2", 4),
    "quadratic": ("((0.8*x+0.6*y)^2 + 10*(0.8*y-0.6*x)^2)/2", 10),
    "double well": ("x^4/4-x^2/2+.1*x", 2),
    "rosenbrock": ("(1-x)^2+100*(y-x^2)^2", 2),
    "beale": ("(1.5-x+x*y)^2+(2.25-x+x*y^2)^2+(2.625-x+x*y^3)^2", 4.5),
    "himmelblau": ("(x^2+y-11)^2+(x+y^2-7)^2", 6),
    "booth": ("(x+2*y-7)^2+(2*x+y-5)^2", 10),
    "matyas": (".26*(x^2+y^2)-.48*x*y", 10),
    "three-hump camel": ("2*x^2-1.05*x^4+x^6/6+x*y+y^2", 2.2),
    "six-hump camel": ("(4-2.1*x^2+x^4/3)*x^2+x*y+(4*y^2-4)*y^2", 2),
    "styblinski-tang": ("(x^4-16*x^2+5*x + y^4-16*y^2+5*y)/2", 5),
    "goldstein-price": (GOLDSTEIN, 2),
    "rastrigin": ("20+x^2-10*cos(2*pi*x)+y^2-10*cos(2*pi*y)", 5.12),
    "ackley": ("-20*exp(-0.2*sqrt((x^2+y^2)/2))-exp((cos(2*pi*x)+cos(2*pi*y))/2)+e+20", 5),
    "griewank": ("1+(x^2+y^2)/4000-cos(x)*cos(y/sqrt(2))", 10),
    "levy": (LEVY, 10),
    "easom": ("-cos(x)*cos(y)*exp(-(x-pi)^2-(y-pi)^2)", 8),
    "mccormick": ("sin(x+y)+(x-y)^2-1.5*x+2.5*y+1", 4),
    "dixon-price": ("(x-1)^2+2*(2*y^2-x)^2", 5),
    "bohachevsky": ("x^2+2*y^2-.3*cos(3*pi*x)-.4*cos(4*pi*y)+.7", 2),
    "cross-in-tray": ("-0.0001*(abs(sin(x)*sin(y)*exp(abs(100-sqrt(x^2+y^2)/pi)))+1)^0.1", 10),
    "bukin": ("100*sqrt(abs(y-.01*x^2))+.01*abs(x+10)", 3),
    "eggholder": ("-(y+47)*sin(sqrt(abs(x/2+y+47)))-x*sin(sqrt(abs(x-(y+47))))", 512),
    "saddle": ("x^2-y^2", 2),
    "saddle, bounded": ("x^2/2+y^4/4-y^2/2", 2),
    "monkey": ("x^3-3*x*y^2", 1.5),
    "monkey, bounded": ("x^3-3*x*y^2+(x^2+y^2)^2", 1.4),
    "cliff": ("(x^2+y^2)/20+2*sigmoid(8*(x-1))", 4),
    "flat and sharp": (FLAT_SHARP, 4),
    "product": ("(x*y-1)^2/2", 3),
    "L1": ("abs(x)+10*abs(y)", 3),
    "quartic": ("x^4/4+y^2/2", 2),
    "ripples": ("(x^2+4*y^2)/2+.15*sin(9*x)*sin(7*y)", 3),
    "neuron": ("((sigmoid(x+y)-1)^2+sigmoid(x-y)^2)/2", 6),
    "logistic": ("softplus(-x-2*y)+softplus(x/2-y)+0.05*hypot(x,y)", 6),
    "functions": ("tan(x/3)*atan(y)+tanh(x-y)+sinh(x/2)-cosh(y/2)+log(3+x^2)+log10(2+y^2)*log2(3+x^2)", 3),
    "inverse": ("asin(x/4)*acos(y/4)+(2+x^2)^-1.5/(1+y^-2)+atan2(y,x)+abs(x)^(1/3)+(x^2+1)^(y/3)", 3),
}
